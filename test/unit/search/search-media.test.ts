import { describe, expect, it } from '@jest/globals';
import { costOfPage } from '../../../functions/dialects/common/cost-of-list.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { CountedTag } from '../../../functions/domain/tag.ts';
import { matchesTerm, termsOf } from '../../../functions/domain/terms.ts';
import type { Entry } from '../../../functions/library/term-store.ts';
import { SEARCH_LIMITS, searchMedia } from '../../../functions/search/search-media.ts';
import type { SearchDeps, SearchQuery } from '../../../functions/search/search-query.ts';
import { aRecord } from '../../support/drivers/library.ts';

type SearchLimits = typeof SEARCH_LIMITS;

const taggedBy = (id: string, all: number): CountedTag => ({
  id,
  name: id,
  slug: id,
  teamId: 'team',
  description: null,
  icon: null,
  color: null,
  order: 0,
  isActive: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  count: { active: { all, image: all, video: 0, audio: 0, document: 0 }, deleted: 0 },
});

const QUERY: SearchQuery = {
  scopes: [{ teamId: 'team', tags: [] }],
  words: [],
  kind: undefined,
  orderBy: 'createdAt',
  orderDir: 'asc',
  limit: 20,
  offset: 0,
  after: undefined,
};

/** A library in memory that notes what a search reads of it. */
const libraryOf = (
  filenames: readonly string[],
  {
    beside = {},
    limits = SEARCH_LIMITS,
    tagIds = [],
  }: { beside?: Readonly<Record<string, string[]>>; limits?: SearchLimits; tagIds?: readonly string[] } = {},
) => {
  const records = filenames.map((filename, index) => aRecord({ id: String(index).padStart(6, '0'), filename, tagIds }));
  const read = { entries: 0, counted: 0, records: [] as number[], named: [] as string[], tagged: 0 };
  const entriesOf = (word: string): Map<string, Entry> =>
    new Map(
      records
        .filter((record) => matchesTerm(termsOf(record, beside[record.id] ?? []), word))
        .map(({ id, teamId, kind }) => [id, { id, teamId, kind, sortKey: id, isOfName: true }]),
    );
  const deps: SearchDeps = {
    terms: {
      withWord: async (_teamId, word) => {
        const all = entriesOf(word);
        const first = new Map([...all].slice(0, 50));
        read.entries += first.size;
        return {
          first,
          ended: all.size <= 50,
          whole: async (most) => {
            read.counted += Math.min(all.size, most + 1);
            if (all.size > most) return undefined;
            read.entries += all.size - first.size;
            return all;
          },
        };
      },
      withTag: async () => {
        read.tagged += records.length;
        return new Map(records.map(({ id, teamId, kind }) => [id, { id, teamId, kind, sortKey: id, isOfName: true }]));
      },
    },
    records: async (ids) => {
      read.records.push(ids.length);
      return ids.map((id) => records[Number(id)] as MediaRecord);
    },
    tagNames: async (some) => {
      read.named.push(...some.map(({ id }) => id));
      return some.map(({ id }) => beside[id] ?? []);
    },
    walk: ({ after }) => {
      let at = after === undefined ? 0 : Number(after) + 1;
      return async (count) => {
        read.records.push(count);
        const some = records.slice(at, at + count);
        at += some.length;
        return { records: some, ended: at === records.length, last: some.at(-1)?.id };
      };
    },
    compare: () => (one, other) => (one < other ? -1 : one > other ? 1 : 0),
    sortKey: ({ id }) => id,
  };
  const search = searchMedia(deps, limits);
  return { read, search: (query: Partial<SearchQuery>) => search({ ...QUERY, ...query }) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
const times = (count: number, nameOf: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => nameOf(index));

describe('a search for common words', () => {
  const names = times(10_000, (index) => `holiday ${index % 4 === 0 ? 'beach' : 'hill'}`);

  it('reads no more records than fill its page', async () => {
    const { read, search } = libraryOf(names);
    const { items, total, totalIsExact, next } = await search({ words: ['holiday'] });
    expect(items).toHaveLength(20);
    expect([total, totalIsExact, next]).toEqual([SEARCH_LIMITS.entries, false, items.at(-1)?.id]);
    expect(read.records).toEqual([21]);
  });

  it('reads on by what the first records say of the next', async () => {
    const { read, search } = libraryOf(names);
    const { items } = await search({ words: ['holiday', 'beach'] });
    expect(items.map(({ id }) => Number(id))).toEqual(times(20, (index) => String(index * 4)).map(Number));
    // A quarter matches, so that 81 have to be seen.
    expect(sum(read.records)).toBeGreaterThanOrEqual(81);
    expect(sum(read.records)).toBeLessThan(110);
  });

  it('skips the records before its page in batches of at most 400', async () => {
    const { read, search } = libraryOf(names);
    const { items } = await search({ words: ['holiday'], offset: 9_000 });
    expect(items[0]?.id).toBe('009000');
    expect(Math.max(...read.records)).toBe(400);
    expect(sum(read.records)).toBeLessThan(9_021 + 400);
  });

  it('asks what stands beside a record only where its own texts do not match', async () => {
    const { read, search } = libraryOf(names, { beside: { '000001': ['beach'] } });
    const { items } = await search({ words: ['beach'] });
    expect(items.slice(0, 3).map(({ id }) => id)).toEqual(['000000', '000001', '000004']);
    expect(read.named).not.toContain('000000');
    expect(read.named).toContain('000002');
  });

  it('leaves the walk as soon as it would be too long, and reads the entries', async () => {
    const { read, search } = libraryOf(
      times(10_000, (index) => (index % 60 === 59 ? 'zeppelin' : 'hill')),
      { limits: { ...SEARCH_LIMITS, entries: 100 } },
    );
    const { items, total, totalIsExact } = await search({ words: ['zeppelin'] });
    expect(items[0]?.id).toBe('000059');
    expect([items.length, total, totalIsExact]).toEqual([20, 166, true]);
    expect(sum(read.records)).toBeLessThan(SEARCH_LIMITS.walked / 2);
    expect(read.entries).toBe(50 + 166);
  });
});

describe('a search that nothing narrows', () => {
  const limits = { entries: 0, walked: 3, checked: 0, entriesAfterWalk: 0, walkedAtLast: 50 };
  const names = times(200, (index) => (index % 40 === 39 ? 'zeppelin' : 'hill'));

  it('ends its walk after so many records, with a short page whose cursor goes on', async () => {
    const { read, search } = libraryOf(names, { limits });
    const { items, ...page } = await search({ words: ['zeppelin'] });
    expect(items.map(({ id }) => id)).toEqual(['000039']);
    expect(page).toMatchObject({ total: 1, totalIsExact: false, next: '000049' });
    // Those of the first walk, which was given up, come before.
    expect(sum(read.records)).toBeLessThanOrEqual(21 + 50);
  });

  it('finds every match once by its cursors', async () => {
    const { search } = libraryOf(names, { limits });
    const found: string[] = [];
    let after: string | null | undefined;
    do {
      const { items, next } = await search({ words: ['zeppelin'], after: after ?? undefined });
      found.push(...items.map(({ id }) => id));
      after = next;
    } while (after !== null);
    expect(found).toEqual(['000039', '000079', '000119', '000159', '000199']);
  });

  it('refuses an offset behind more than it looks at, and points to the cursor', async () => {
    const { search } = libraryOf(names, { limits });
    await expect(search({ words: ['zeppelin'], offset: 4 })).rejects.toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('nextCursor'),
    });
  });

  it('says what it read, by which it is charged', async () => {
    const { search } = libraryOf(times(30_000, () => 'hill'));
    const { items, read } = await search({ words: ['hill', 'zeppelin-that-is-nowhere'] });
    expect([items.length, read]).toEqual([0, 150]);
    const walk = await libraryOf(times(45_000, (index) => (index % 2 === 0 ? 'hill' : 'lake'))).search({
      words: ['hill', 'lake'],
    });
    expect(walk.items).toEqual([]);
    expect(costOfPage({ ...walk, offset: 0 })).toBeGreaterThan(8);
    expect(walk.read).toBeGreaterThan(SEARCH_LIMITS.walkedAtLast);
  });
});

describe('a search by many tags', () => {
  it('reads the entries of so many in all; the records say whether they have the others', async () => {
    const tags = times(20, (index) => `tag-${index}`).map((id) => taggedBy(id, 400));
    const { read, search } = libraryOf(
      times(400, () => 'hill'),
      { tagIds: tags.map(({ id }) => id) },
    );
    const { items } = await search({ scopes: [{ teamId: 'team', tags }] });
    expect(items).toHaveLength(20);
    expect(read.tagged).toBeLessThanOrEqual(SEARCH_LIMITS.entries);
  });
});

describe('a search at an offset', () => {
  it('is refused where passing by so many would take too long', async () => {
    const { read, search } = libraryOf(['hill']);
    await expect(search({ words: ['hill'], offset: 10_001 })).rejects.toMatchObject({ code: 'VALIDATION' });
    expect(read).toEqual({ entries: 0, counted: 0, records: [], named: [], tagged: 0 });
    expect(await search({ words: ['hill'], offset: 10_000 })).toEqual({
      items: [],
      total: 1,
      totalIsExact: true,
      next: null,
      read: 100,
    });
  });
});
