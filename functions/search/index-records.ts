import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { termsOf } from '../domain/terms.ts';
import type { TermIndex } from '../library/term-index.ts';

export interface IndexRecordsDeps {
  /** Active records by id, as they are at this moment. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  readonly index: TermIndex;
  readonly tagNames: (records: readonly MediaRecord[]) => Promise<readonly (readonly string[])[]>;
}

/**
 * Brings the terms of records in step with the records as they are now. With `rebuild`, entries are written though they
 * should be there, and records are counted in this generation of ranks.
 */
export type IndexRecords = (mediaIds: readonly string[], rebuild?: string) => Promise<void>;

/** Each lost attempt is one that another call won with the same or newer words. */
const ATTEMPTS = 20;
/** Records that are read at once. */
const MOST_AT_ONCE = 100;

/** What it was told of does not matter, so changes may be brought up twice, late or in any order. */
export const indexRecords = ({ records, index, tagNames }: IndexRecordsDeps): IndexRecords => {
  const round = async (mediaIds: readonly string[], rebuild: string | undefined, alone: boolean) => {
    // The lists of terms first: a record that changes after it was read makes the write fail, an earlier change is
    // seen.
    const before = await index.indexed(mediaIds);
    const found = await records(mediaIds);
    const names = await tagNames(found);
    const byId = new Map(found.map((record, at) => [record.id, { record, terms: termsOf(record, names[at] ?? []) }]));
    const changes = mediaIds.map((mediaId) => {
      const { record, terms = [] } = byId.get(mediaId) ?? {};
      return { mediaId, before: before.get(mediaId), record, terms, rebuild };
    });
    return index.index(changes, alone);
  };

  return async (mediaIds, rebuild) => {
    const ids = [...new Set(mediaIds)];
    for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
      let left: readonly string[] = ids.slice(at, at + MOST_AT_ONCE);
      for (let attempt = 1; left.length > 0; attempt += 1) {
        if (attempt > ATTEMPTS)
          throw new MediaError('BUSY', `The terms of media ${left[0]} keep changing`, { retryAfter: 1 });
        // A record that keeps losing does not fail the others.
        left = await round(left, rebuild, attempt > 1);
      }
    }
  };
};
