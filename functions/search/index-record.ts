import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import { termsOf } from '../domain/terms.ts';
import type { TermIndex } from '../stores/term-store.ts';

export interface IndexRecordDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly index: TermIndex;
  readonly tagNames: (records: readonly MediaRecord[]) => Promise<readonly (readonly string[])[]>;
}

/** Each round that is lost is one that somebody else won with the same or newer words. */
const ATTEMPTS = 20;

/**
 * Brings the terms of a record in step with the record as it is now. What it was told of does not matter, so changes may be
 * brought up twice, late or in any order. With `again`, entries are written though they should be there.
 */
export const indexRecord =
  ({ media, index, tagNames }: IndexRecordDeps) =>
  async (mediaId: string, again = false): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // The list of terms first: a record that changes after it was read makes the write fail, one before it is seen.
      const before = await index.indexed(mediaId);
      const found = await media.get(mediaId);
      const record = found?.state === 'active' ? found : undefined;
      const [names = []] = record ? await tagNames([record]) : [];
      const terms = record ? termsOf(record, names) : [];
      if (await index.index({ mediaId, before, record, terms, again })) return;
    }
    throw new MediaError('BUSY', `The terms of media ${mediaId} keep changing`, { retryAfter: 1 });
  };
