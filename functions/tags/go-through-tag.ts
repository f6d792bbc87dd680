import type { Clock } from '../domain/ports.ts';
import type { IndexRecords } from '../search/index-records.ts';
import { inLanes } from '../shared/in-lanes.ts';
import type { TagWorkStore } from './tag-work-store.ts';

export interface GoThroughTagDeps {
  readonly work: TagWorkStore;
  readonly dropGoneTag: (mediaId: string, tagId: string, at: string) => Promise<void>;
  readonly indexRecords: IndexRecords;
  readonly clock: Clock;
}

/** Records of one page: a few seconds of work, a fraction of what a function is given. */
const PAGE = 100;
/** Records that are written side by side. */
const LANES = 8;

/**
 * Sees to the next records of a tag that was renamed or removed, and notes how far it came. The note is a change of the
 * table, so the stream brings the tag up again until nothing is left; a page that broke off is done again.
 */
export const goThroughTag =
  ({ work, dropGoneTag, indexRecords, clock }: GoThroughTagDeps) =>
  async (tagId: string): Promise<void> => {
    const open = await work.get(tagId);
    if (!open) return;
    const page = await work.records(tagId, open.after, PAGE);
    const at = clock().toISOString();
    if (open.kind === 'removed') await inLanes(LANES, page.ids, (id) => dropGoneTag(id, tagId, at));
    else await indexRecords(page.ids);
    await work.note(tagId, open, page.next);
  };
