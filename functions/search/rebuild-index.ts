import type { Clock } from '../domain/ports.ts';
import type { IndexedTerms } from '../library/indexed-terms.ts';
import { rulesOf, type TermIndex } from '../library/term-index.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { termKey } from '../table/keys.ts';
import type { TagHealStore } from '../tags/tag-heal-store.ts';
import type { IndexRecords } from './index-records.ts';
import type { IndexEntry, RebuildPage, RebuildStore } from './rebuild-store.ts';

export interface RebuildIndexDeps {
  readonly store: RebuildStore;
  readonly index: Pick<TermIndex, 'indexed'>;
  readonly indexRecords: IndexRecords;
  readonly tags: TagHealStore;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface Rebuilt {
  /** Records whose terms were written. */
  readonly records: number;
  /** Entries of terms and tags that belonged to no record and were removed. */
  readonly orphans: number;
  /** Entries, counters and copies that differed from records and tags. */
  readonly healed: number;
  /** False when time ran out: another call goes on from here. */
  readonly done: boolean;
}

/** Records whose entries are checked concurrently. */
const CONCURRENCY = 8;

/** Records or entries between two looks at the clock. */
const AT_ONCE = 100;

/**
 * Goes through the whole table and repairs derived items from records and tags, in both directions: entries in lists and tags,
 * terms, ranks, and then the counters of tags. It continues where an earlier call stopped, and may run while the library is in
 * use.
 */
export const rebuildIndex =
  (deps: RebuildIndexDeps) =>
  async (hasTime: () => boolean): Promise<Rebuilt> => {
    const { store, newId } = deps;
    const rebuilt = { records: 0, orphans: 0, healed: 0 };
    let position = (await store.position()) ?? { run: newId(), pass: 'items' as const };
    for (;;) {
      const { run, pass, after } = position;
      const page = await store.page(after);
      if (pass === 'items') await seeToItems(page, run, rebuilt, deps);
      else await seeToCounts(page, rebuilt, deps);
      if (!page.next && pass === 'counts') break;
      position = page.next ? { run, pass, after: page.next } : { run, pass: 'counts' };
      await store.moveTo(position);
      if (!hasTime()) return { ...rebuilt, done: false };
    }
    await store.moveTo(undefined);
    return { ...rebuilt, done: true };
  };

type Tally = { -readonly [Name in Exclude<keyof Rebuilt, 'done'>]: number };

const seeToItems = async (page: RebuildPage, run: string, tally: Tally, deps: RebuildIndexDeps): Promise<void> => {
  const { indexRecords, tags, clock } = deps;
  const at = clock().toISOString();
  for (let start = 0; start < page.mediaIds.length; start += AT_ONCE) {
    const ids = page.mediaIds.slice(start, start + AT_ONCE);
    tally.healed += await tags.places(ids, at);
    await indexRecords(ids, run);
  }
  tally.records += page.mediaIds.length;
  tally.orphans += await tags.superfluous(page.places);
  tally.orphans += await removeOrphans(page.entries, deps);
};

const seeToCounts = async (
  { tagIds, slugs, names }: RebuildPage,
  tally: Tally,
  { tags }: RebuildIndexDeps,
): Promise<void> => {
  for (const tagId of tagIds) tally.healed += await tags.tag(tagId);
  for (const key of slugs) tally.orphans += await tags.slug(key);
  for (const key of names) tally.orphans += await tags.name(key);
};

const removeOrphans = async (entries: readonly IndexEntry[], { store, index }: RebuildIndexDeps): Promise<number> => {
  let orphans = 0;
  const ofRecords = [...Map.groupBy(entries, ({ mediaId }) => mediaId)];
  for (let start = 0; start < ofRecords.length; start += AT_ONCE) {
    const some = ofRecords.slice(start, start + AT_ONCE);
    const lists = await index.indexed(some.map(([mediaId]) => mediaId));
    await forEachConcurrently(CONCURRENCY, some, async ([mediaId, found]) => {
      const listed = lists.get(mediaId);
      const places = new Set(listed && placesOf(listed, mediaId));
      for (const entry of found.filter(({ pk, sk }) => !places.has(`${pk} ${sk}`)))
        if (await store.remove(entry, listed)) orphans += 1;
    });
  }
  return orphans;
};

/** The right entries of a record. */
const placesOf = (listed: IndexedTerms, mediaId: string): readonly string[] =>
  listed.terms.map((term) => {
    const { pk, sk } = termKey(listed.teamId, term, mediaId, rulesOf(listed));
    return `${pk} ${sk}`;
  });
