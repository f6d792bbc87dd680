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

/** Records of one page: a few seconds of work, a fraction of the function's time. */
const PAGE = 100;
/** Records that are written side by side. */
const CONCURRENCY = 8;

/**
 * Updates the next records of a renamed or removed tag, and stores its progress. That write is a change of the table, so the
 * stream delivers the tag again until no record is left; a failed page is repeated.
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
