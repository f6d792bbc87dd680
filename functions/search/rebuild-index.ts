import type { RebuildStore } from '../stores/rebuild-store.ts';
import type { TermIndex } from '../stores/term-store.ts';
import { eachOf } from './index-media.ts';

export interface RebuildIndexDeps {
  readonly store: RebuildStore;
  readonly index: Pick<TermIndex, 'indexed'>;
  readonly indexRecord: (mediaId: string, again: boolean) => Promise<void>;
}

export interface Rebuilt {
  /** Records whose terms were written. */
  readonly records: number;
  /** Entries that led to no record and were removed. */
  readonly orphans: number;
  /** False when time ran out: another call goes on from here. */
  readonly done: boolean;
}

/**
 * Goes through the whole table, writes the terms of every record and removes entries that no record has. It goes on where
 * a call before it stopped, and may run beside everything else.
 */
export const rebuildIndex =
  ({ store, index, indexRecord }: RebuildIndexDeps) =>
  async (hasTime: () => boolean): Promise<Rebuilt> => {
    const rebuilt = { records: 0, orphans: 0 };
    let after = await store.position();
    do {
      const page = await store.page(after);
      await eachOf(page.mediaIds, (id) => indexRecord(id, true));
      rebuilt.records += page.mediaIds.length;
      await eachOf(
        Map.groupBy(page.entries, ({ mediaId }) => mediaId),
        async ([mediaId, entries]) => {
          const listed = await index.indexed(mediaId);
          const terms = new Set(listed?.terms);
          for (const entry of entries.filter(({ term }) => !terms.has(term))) {
            if (await store.remove(entry, listed)) rebuilt.orphans += 1;
          }
        },
      );
      after = page.next;
      await store.moveTo(after);
    } while (after && hasTime());
    return { ...rebuilt, done: !after };
  };
