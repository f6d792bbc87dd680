import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoAliases } from '../../../functions/library/alias-store.ts';
import { mediaItem } from '../../../functions/library/media-item.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { aliasKey } from '../../../functions/table/keys.ts';
import type { Table } from '../../../functions/table/table.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { aRecord, aSession, type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const NOW = '2026-02-01T00:00:00.000Z';
const media = () => dynamoMedia(library.table);
const aliases = () => dynamoAliases(library.table);
/** A record of a file elsewhere, which has no object to be held against. */
const elsewhere = () => aRecord({ externalUrl: 'https://elsewhere.example/a.jpg', fileVersion: null, checksum: null });
const create = async (record = elsewhere()) => {
  await media().create(record, 1000);
  return media().get(record.id);
};

describe('the number of a record', () => {
  it('is another for each record, however many are made at once', async () => {
    const records = await Promise.all(Array.from({ length: 40 }, () => create()));
    const numbers = records.map((record) => record?.alias);
    expect(new Set(numbers).size).toBe(40);
    for (const record of records) expect(await aliases().mediaId(record?.alias ?? 0)).toBe(record?.id);
  });

  it('comes with the record of an upload, and not with an upload that ended otherwise', async () => {
    const session = aSession();
    await dynamoUploads(library.table).open(session, { bytes: 1000, records: 1000 });
    const record = aRecord({ id: session.mediaId, fileSize: session.fileSize, kind: 'document' });
    const complete = () => dynamoUploads(library.table).complete(session, record, NOW);
    expect([await complete(), await complete()]).toEqual([true, false]);
    const alias = (await media().get(record.id))?.alias ?? 0;
    expect(await aliases().mediaId(alias)).toBe(record.id);
    expect(await aliases().mediaId(alias + 1)).toBeUndefined();
  });

  it('goes with the record, and is never given again', async () => {
    const record = await create();
    if (!record) throw new Error('the record is not there');
    await media().softDelete(record, NOW, NOW);
    const due = dynamoDue(library.table);
    const deleted = await media().get(record.id);
    if (deleted) await due.beginPurge(deleted, NOW);
    if (deleted) await due.endPurge(deleted);
    expect(await aliases().mediaId(record.alias ?? 0)).toBeUndefined();
    expect((await create())?.alias).not.toBe(record.alias);
  });

  it('is given once to a record from before there were numbers, also by two calls at the same time', async () => {
    const record = elsewhere();
    await library.table.put({ Item: mediaItem(record) });
    const given = await Promise.all(Array.from({ length: 8 }, () => aliases().allot(record.id)));
    expect(new Set(given).size).toBe(1);
    expect(await aliases().mediaId(given[0] ?? 0)).toBe(record.id);
    expect(await media().get(record.id)).toEqual({ ...record, alias: given[0] });
  });

  it('tells nothing of how many records there are', async () => {
    const numbers: number[] = [];
    for (let made = 0; made < 12; made += 1) numbers.push((await create())?.alias ?? 0);
    const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
    expect(steps.filter((step) => Math.abs(step) < 1_000_000)).toEqual([]);
    expect(steps.some((step) => step < 0)).toBe(true);
    // No number of the counter that there was before, and none that JavaScript would round.
    expect(numbers.filter((number) => number < 2 ** 31 || !Number.isSafeInteger(number))).toEqual([]);
    expect(await library.table.get({ pk: 'ALIASES', sk: 'LAST' })).toBeUndefined();
  });

  it('stays what it is in a library whose numbers were counted', async () => {
    const record = elsewhere();
    await library.table.put({ Item: { ...mediaItem(record), alias: 7 } });
    await library.table.put({ Item: { ...aliasKey(7), mediaId: record.id } });
    expect(await aliases().mediaId(7)).toBe(record.id);
    expect(await aliases().allot(record.id)).toBe(7);
  });

  /** A table in which another record has the number that is drawn first. */
  const crowded = () => {
    const taken: number[] = [];
    const table: Table = {
      ...library.table,
      transact: async (items) => {
        const number = items.flatMap(({ Put }) => (Put?.Item?.pk as string)?.match(/^ALIAS#(\d+)$/)?.[1] ?? [])[0];
        if (number !== undefined && taken.length === 0) {
          taken.push(Number(number));
          await library.table.put({ Item: { ...aliasKey(Number(number)), mediaId: 'another' } });
        }
        return library.table.transact(items);
      },
    };
    return { table, taken };
  };

  it.each<[string, (table: Table) => Promise<string>]>([
    [
      'a record of a file elsewhere',
      async (table) => {
        const record = elsewhere();
        await dynamoMedia(table).create(record, 1000);
        return record.id;
      },
    ],
    [
      'an upload',
      async (table) => {
        const session = aSession();
        await dynamoUploads(table).open(session, { bytes: 1000, records: 1000 });
        const record = aRecord({ id: session.mediaId, fileSize: session.fileSize, kind: 'document' });
        expect(await dynamoUploads(table).complete(session, record, NOW)).toBe(true);
        return record.id;
      },
    ],
    [
      'a record from before there were numbers',
      async (table) => {
        const record = elsewhere();
        await table.put({ Item: mediaItem(record) });
        await dynamoAliases(table).allot(record.id);
        return record.id;
      },
    ],
  ])('is drawn again for %s where it is taken', async (_, make) => {
    const { table, taken } = crowded();
    const id = await make(table);
    const alias = (await media().get(id))?.alias ?? 0;
    expect(taken).toHaveLength(1);
    expect(alias).not.toBe(taken[0]);
    expect(await aliases().mediaId(alias)).toBe(id);
    expect(await aliases().mediaId(taken[0] ?? 0)).toBe('another');
  });

  it('is not wasted in silence on an id that is taken', async () => {
    const record = elsewhere();
    await create(record);
    await expect(media().create(record, 1000)).rejects.toThrow('taken');
  });

  it('is not given to a record that is gone', async () => expect(await aliases().allot('gone')).toBeUndefined());
});
