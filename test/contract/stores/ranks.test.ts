import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkRanks } from '../../../bin/verify/ranks.ts';
import type { MediaKind, MediaRecord } from '../../../functions/domain/media.ts';
import type { ListQuery } from '../../../functions/domain/ports.ts';
import { listMedia, recordsOf } from '../../../functions/library/media-list.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { locateOffset } from '../../../functions/library/rank-reader.ts';
import { rankWriter } from '../../../functions/library/rank-writer.ts';
import { dynamoTermIndex } from '../../../functions/library/term-index.ts';
import { indexRecords } from '../../../functions/search/index-records.ts';
import { rebuildIndex } from '../../../functions/search/rebuild-index.ts';
import { dynamoRebuild } from '../../../functions/search/rebuild-store.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { listingKeys } from '../../../functions/table/index-keys.ts';
import { bucketsPk, rankedKey } from '../../../functions/table/keys.ts';
import { dynamoTagHeal } from '../../../functions/tags/tag-heal-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { itNeedsOfTable } from '../../support/drivers/table-engine.ts';

const itCounts = itNeedsOfTable('many records counted');

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const LONGEST = 10;
const KINDS: readonly MediaKind[] = ['image', 'image', 'video', 'document'];
const ORDERS = { createdAt: 'createdSk', filename: 'filenameSk', fileSize: 'sizeSk' } as const;

/** An indexer with bounds of its own in memory, as each copy of the function has. */
const indexer = (table = library.table) => {
  const index = dynamoTermIndex(table, rankWriter(table, LONGEST));
  const { tagNames } = dynamoSearch(table);
  const records = (ids: readonly string[]) => recordsOf(table, { state: 'active' }, ids, { consistent: true });
  return { index, indexRecords: indexRecords({ records, index, tagNames }) };
};

const fill = async (teamId: string, count: number): Promise<MediaRecord[]> => {
  const records = Array.from({ length: count }, (_, index) =>
    aRecord({
      teamId,
      kind: KINDS[index % KINDS.length] ?? 'image',
      filename: `${[...'añzÄ😀'.repeat(3)].slice(index % 7).join('')} ${(index * 37) % 101}.jpg`,
      fileSize: 1000 + ((index * 53) % 17),
      createdAt: new Date(Date.UTC(2026, 0, 1) + ((index * 71) % 211) * 1000).toISOString(),
      externalUrl: 'https://example.com',
    }),
  );
  for (const record of records) await dynamoMedia(library.table).create(record, 100_000);
  return records;
};

const expected = (records: readonly MediaRecord[], { orderBy, orderDir, kind, offset, limit }: ListQuery): string[] => {
  const key = (record: MediaRecord) => Buffer.from(listingKeys(record)[ORDERS[orderBy]] ?? '');
  const sorted = records
    .filter((record) => kind === undefined || record.kind === kind)
    .sort((one, other) => Buffer.compare(key(one), key(other)));
  return (orderDir === 'asc' ? sorted : sorted.reverse()).slice(offset, offset + limit).map(({ id }) => id);
};

const everyPage = (teamIds: readonly string[], offsets: readonly number[]): readonly ListQuery[] =>
  (['createdAt', 'filename', 'fileSize'] as const).flatMap((orderBy) =>
    (['asc', 'desc'] as const).flatMap((orderDir) =>
      [undefined, 'image' as const, 'video' as const].flatMap((kind) =>
        offsets.map((offset) => ({ teamIds, state: 'active' as const, orderBy, orderDir, kind, limit: 5, offset })),
      ),
    ),
  );

describe('a page at a large offset', () => {
  itCounts(
    'is the one that counting would find, in every order, kind and set of teams',
    async () => {
      const [one, other]: readonly string[] = [crypto.randomUUID(), crypto.randomUUID()];
      const records = [...(await fill(one ?? '', 80)), ...(await fill(other ?? '', 40))];
      const copies = [indexer(), indexer()];
      const ids = records.map(({ id }): string => id);
      // Two copies at once, each with half of it twice: they meet at the bounds and at the records.
      await Promise.all(copies.map(({ indexRecords }, at) => indexRecords(ids.filter((_, index) => index % 3 !== at))));
      await copies[0]?.indexRecords(ids);
      expect(checkRanks(await library.ops.items())).toEqual([]);
      let landed = 0;
      for (const teamIds of [[one ?? ''], [one ?? '', other ?? '']]) {
        const mine = records.filter(({ teamId }) => teamIds.includes(teamId));
        for (const query of everyPage(teamIds, [1, 17, 60, 79, 119, 400])) {
          const page = await listMedia(library.table, query, 0);
          expect(page.items.map(({ id }) => id)).toEqual(expected(mine, query));
          const landing = await locateOffset(library.table, query);
          if (landing !== undefined && landing !== 'past the end') {
            landed += 1;
            // What is left to count is less than the buckets of both teams that the offset falls into.
            if (query.kind === undefined)
              expect(query.offset - landing.skipped).toBeLessThanOrEqual(2 * LONGEST * teamIds.length);
          }
        }
      }
      expect(landed).toBeGreaterThan(40);
    },
    120_000,
  );

  it('is counted item by item while a change has not been counted', async () => {
    const teamId = crypto.randomUUID();
    const records = await fill(teamId, 40);
    const { indexRecords } = indexer();
    await indexRecords(records.map(({ id }) => id));
    const [gone] = records.splice(11, 1);
    await dynamoMedia(library.table).softDelete(
      gone as MediaRecord,
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    );
    const pages = everyPage([teamId], [5, 30]);
    for (const query of pages) {
      if (query.kind === undefined) expect(await locateOffset(library.table, query)).toBeUndefined();
      expect((await listMedia(library.table, query, 0)).items.map(({ id }) => id)).toEqual(expected(records, query));
    }
    await indexRecords([String(gone?.id)]);
    for (const query of pages)
      expect((await listMedia(library.table, query, 0)).items.map(({ id }) => id)).toEqual(expected(records, query));
    expect(await locateOffset(library.table, { ...(pages[0] as ListQuery), offset: 30 })).toBeDefined();
  });

  it('loses its buckets with the records in them', async () => {
    const teamId = crypto.randomUUID();
    const records = await fill(teamId, 50);
    const { indexRecords } = indexer();
    await indexRecords(records.map(({ id }) => id));
    const buckets = async () => {
      const items = await library.ops.items();
      return items.filter(({ pk }) => pk === bucketsPk(teamId, '0', 'filenameSk')).length;
    };
    expect(await buckets()).toBeGreaterThan(4);
    for (const record of records)
      await dynamoMedia(library.table).softDelete(record, '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z');
    await indexRecords(records.map(({ id }) => id));
    expect(await buckets()).toBe(1);
  });

  itCounts(
    'is healed by a rebuild, which begins to count anew',
    async () => {
      const { table } = library;
      const teamId = crypto.randomUUID();
      const records = await fill(teamId, 30);
      const stale = indexer();
      await stale.indexRecords(records.slice(0, 20).map(({ id }) => id));
      await table.update({
        Key: rankedKey(teamId),
        UpdateExpression: 'ADD activeAll :ten',
        ExpressionAttributeValues: { ':ten': 10 },
      });
      expect(checkRanks(await library.ops.items())).not.toEqual([]);
      const rebuild = rebuildIndex({
        ...indexer(),
        store: dynamoRebuild(table),
        tags: dynamoTagHeal(table),
        newId: () => crypto.randomUUID(),
        clock: () => new Date('2026-02-01T00:00:00.000Z'),
      });
      // A run that has no time left goes on where it stopped.
      let done = false;
      for (let run = 0; run < 50 && !done; run += 1) ({ done } = await rebuild(() => false));
      expect(done).toBe(true);
      expect(checkRanks(await library.ops.items())).toEqual([]);
      // One that still counts by the old generation notices.
      const more = await fill(teamId, 5);
      await stale.indexRecords(more.map(({ id }) => id));
      expect(checkRanks(await library.ops.items())).toEqual([]);
      const query = everyPage([teamId], [25])[0] as ListQuery;
      expect(await locateOffset(table, query)).toBeDefined();
    },
    120_000,
  );

  itCounts(
    'has its bounds before a rebuild counts, one set of them however many begin at once',
    async () => {
      const teamId = crypto.randomUUID();
      const ids = (await fill(teamId, 30)).map(({ id }): string => id);
      const run = crypto.randomUUID();
      const copies = [indexer(), indexer()];
      await Promise.all(copies.map(({ indexRecords }, at) => indexRecords(at === 0 ? ids : ids.toReversed(), run)));
      const items = await library.ops.items();
      expect(checkRanks(items)).toEqual([]);
      const buckets = items.filter(({ pk }) => String(pk).startsWith(`RANK#${teamId}#`));
      const { generation } = items.find(({ pk }) => pk === rankedKey(teamId).pk) ?? {};
      expect(new Set(buckets.map(({ pk }) => pk))).toEqual(
        new Set(Object.values(ORDERS).map((order) => bucketsPk(teamId, String(generation), order))),
      );
      expect(Math.max(...buckets.map(({ activeAll }) => Number(activeAll)))).toBeLessThanOrEqual(LONGEST);
    },
    120_000,
  );

  itCounts(
    'costs no more to count while much is listed that is not counted yet',
    async () => {
      const ids = (await fill(crypto.randomUUID(), 100)).map(({ id }): string => id);
      let read = 0;
      const { indexRecords } = indexer({
        ...library.table,
        batchGet: (keys, options) => {
          read += keys.filter(({ sk }) => sk === 'TERMS').length;
          return library.table.batchGet(keys, options);
        },
      });
      for (const id of ids) await indexRecords([id]);
      expect(checkRanks(await library.ops.items())).toEqual([]);
      // Its own list of terms, and for each order the share of those that were read to cut.
      expect(read / ids.length).toBeLessThan(60);
    },
    120_000,
  );
});
