import type { Clock } from '../domain/ports.ts';
import type { IndexRecords } from '../search/index-records.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { TagWorkStore } from './tag-backfill-store.ts';

export interface BackfillTagDeps {
  readonly work: TagWorkStore;
  readonly dropGoneTag: (mediaId: string, tagId: string, at: string) => Promise<void>;
  readonly indexRecords: IndexRecords;
  readonly clock: Clock;
}

/** Records of one page: a few seconds of work, a fraction of what a function is given. */
const PAGE = 100;
/** Records that are written side by side. */
const CONCURRENCY = 8;

/**
 * Sees to the next records of a tag that was renamed or removed, and notes how far it came. The note is a change of the
 * table, so the stream brings the tag up again until nothing is left; a page that broke off is done again.
 */
export const backfillTag =
  ({ work, dropGoneTag, indexRecords, clock }: BackfillTagDeps) =>
  async (tagId: string): Promise<void> => {
    const open = await work.get(tagId);
    if (!open) return;
    const page = await work.records(tagId, open.after, PAGE);
    const at = clock().toISOString();
    if (open.kind === 'removed') await forEachConcurrently(CONCURRENCY, page.ids, (id) => dropGoneTag(id, tagId, at));
    else await indexRecords(page.ids);
    await work.note(tagId, open, page.next);
  };
