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

/** Each lost attempt is one that another call won with the same or newer words. */
export type IndexRecords = (mediaIds: readonly string[], rebuild?: string) => Promise<void>;

/** The present state counts, not the event, so changes may arrive twice, late or in any order. */
const ATTEMPTS = 20;
/** Records that are read at once. */
const MOST_AT_ONCE = 100;

/** The lists of terms first: a record that changes after it was read makes the write fail, an earlier change is seen. */
export const indexRecords = ({ records, index, tagNames }: IndexRecordsDeps): IndexRecords => {
  const round = async (mediaIds: readonly string[], rebuild: string | undefined, alone: boolean) => {
    // A record that keeps losing does not fail the others.
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
        // The longest time for a page, with the database at its slowest.
        left = await round(left, rebuild, attempt > 1);
      }
    }
  };
};
