import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTerms } from '../../../bin/verify/tags.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import { queryWords, TERM_RULES } from '../../../functions/domain/terms.ts';
import { recordsOf } from '../../../functions/library/media-list.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoTermIndex } from '../../../functions/library/term-index.ts';
import { indexRecords } from '../../../functions/search/index-records.ts';
import { rebuildIndex } from '../../../functions/search/rebuild-index.ts';
import { dynamoRebuild } from '../../../functions/search/rebuild-store.ts';
import { searchMedia } from '../../../functions/search/search-media.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { listingKeys } from '../../../functions/table/index-keys.ts';
import { mediaKey, termsKey } from '../../../functions/table/keys.ts';
import type { Table } from '../../../functions/table/table.ts';
import { dynamoTagHeal } from '../../../functions/tags/tag-heal-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';

const AT = '2026-02-01T00:00:00.000Z';
let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const indexing = (table: Table = library.table) => {
  const index = dynamoTermIndex(table);
  const tagNames = dynamoSearch(table).tagNames;
  const records = (ids: readonly string[]) => recordsOf(table, { state: 'active' }, ids, { consistent: true });
  return { index, run: indexRecords({ records, index, tagNames }) };
};

const rebuild = () => {
  const { index, run } = indexing();
  const store = dynamoRebuild(library.table);
  const tags = dynamoTagHeal(library.table);
  const deps = { store, index, indexRecords: run, tags, newId: () => crypto.randomUUID(), clock: () => new Date(AT) };
  return rebuildIndex(deps)(() => true);
};

/** A record with entries as the first rules wrote them: every partition is named by three letters. */
const oldRecord = async (filename: string, oldTerms: readonly string[]): Promise<MediaRecord> => {
  const { table } = library;
  const record = aRecord({ filename, externalUrl: 'https://x.example', fileVersion: null });
  await dynamoMedia(table).create(record, 1000);
  const { createdSk = '', filenameSk = '', sizeSk = '' } = listingKeys(record);
  const value = (sortKey: string) => sortKey.slice(0, -`#${record.id}`.length);
  const entry = { kind: record.kind, created: value(createdSk), named: value(filenameSk), sized: value(sizeSk) };
  for (const term of oldTerms) {
    const key = { pk: `TERM#${record.teamId}#${[...term].slice(0, 3).join('')}`, sk: `${term}#${record.id}` };
    await table.put({ Item: { ...key, ...entry } });
  }
  const place = JSON.stringify({ kind: record.kind, createdSk, filenameSk, sizeSk });
  await table.put({
    Item: { ...termsKey(record.id), teamId: record.teamId, terms: oldTerms, place, turn: crypto.randomUUID() },
  });
  return record;
};

const found = async (query: string, within?: 'filename') => {
  const page = { orderBy: 'createdAt', orderDir: 'asc', limit: 20, offset: 0, after: undefined } as const;
  const scopes = [{ teamId: aRecord().teamId, tags: [] }];
  const search = searchMedia(dynamoSearch(library.table));
  const { items } = await search({ ...page, scopes, words: queryWords(query), within, kind: undefined });
  return items.map(({ filename }) => filename).toSorted();
};
const entriesOf = async (id: string) =>
  (await library.ops.items()).filter(({ pk, sk }) => String(pk).startsWith('TERM#') && String(sk).endsWith(id));

describe('a library from before these rules of terms', () => {
  it('finds what it found, and all of it after a rebuild, which leaves nothing of the old', async () => {
    const old = [
      await oldRecord('海辺の写真.jpg', ['海辺の写真', 'jpg', '辺の写真', 'の写真']),
      await oldRecord('ビル.jpg', ['ヒル', 'jpg']),
      await oldRecord('Łódź harbour.jpg', ['łodz', 'harbour', 'jpg', 'arbour', 'rbour', 'bour', 'our']),
    ];
    expect(await found('harbour')).toEqual(['Łódź harbour.jpg']);
    expect(await found('jpg')).toHaveLength(3);
    expect([await found('写真'), await found('lodz')]).toEqual([[], []]);

    expect(await rebuild()).toMatchObject({ records: expect.any(Number), orphans: 0, done: true });
    expect(checkTerms(await library.ops.items())).toEqual([]);
    expect(await found('写真')).toEqual(['海辺の写真.jpg']);
    expect(await found('ビル')).toEqual(['ビル.jpg']);
    expect(await found('ヒル')).toEqual([]);
    expect(await found('lodz_harb')).toEqual(['Łódź harbour.jpg']);
    for (const { id } of old) expect(await library.table.get(termsKey(id))).toMatchObject({ rules: TERM_RULES });
    expect(await rebuild()).toMatchObject({ healed: 0, orphans: 0, done: true });
  });

  it('is brought along record by record as records change, while the others work as before', async () => {
    const record = await oldRecord('秋祭り行列.jpg', ['秋祭り行列', '祭り行列', 'り行列', 'jpg']);
    await dynamoMedia(library.table).edit(record.id, { caption: '神社にて' }, AT);
    await indexing().run([record.id]);
    expect([await found('神社'), await found('行列')]).toEqual([['秋祭り行列.jpg'], ['秋祭り行列.jpg']]);
    expect(checkTerms(await library.ops.items())).toEqual([]);
  });

  it('loses the entries of a record that is deleted', async () => {
    const record = await oldRecord('夏休み日記.jpg', ['夏休み日記', '休み日記', 'み日記', 'jpg']);
    await library.table.remove(mediaKey(record.id));
    await indexing().run([record.id]);
    expect(await entriesOf(record.id)).toEqual([]);
  });

  it('is brought along in any number of steps, though each of them may be the last for long', async () => {
    const letters = (from: number) => Array.from({ length: 240 }, (_, at) => String.fromCodePoint(from + at)).join('');
    const name = letters(0x4e00);
    const old = Array.from({ length: 200 }, (_, at) => name.slice(at, at + 64)).filter(({ length }) => length > 2);
    const record = await oldRecord(name, old);
    for (let writes = 1; ; writes += 1) {
      let left = writes;
      const { transact } = library.table;
      const table: Table = {
        ...library.table,
        transact: async (...call) => {
          if (left === 0) throw new Error('the function ends here');
          left -= 1;
          return transact(...call);
        },
      };
      const outcome = await indexing(table)
        .run([record.id])
        .catch(() => 'ended');
      const note = await library.table.get(termsKey(record.id));
      expect(note?.terms).toHaveLength((await entriesOf(record.id)).length);
      if (outcome !== 'ended') break;
    }
    expect(checkTerms(await library.ops.items())).toEqual([]);
  }, 60_000);
});

describe('a search within file names', () => {
  it('passes by what only other texts say, though they share a beginning', async () => {
    const { table } = library;
    const named = aRecord({ filename: 'Lighthouse.jpg', externalUrl: 'https://x.example', fileVersion: null });
    const texts = { title: 'lighthouse', alt: 'lights', externalUrl: 'https://x.example', fileVersion: null };
    const told = aRecord({ ...texts, filename: 'IMG_1.jpg' });
    for (const record of [named, told]) await dynamoMedia(table).create(record, 1000);
    await indexing().run([named.id, told.id]);
    expect(await found('light')).toEqual(['IMG_1.jpg', 'Lighthouse.jpg']);
    expect(await found('light', 'filename')).toEqual(['Lighthouse.jpg']);
    expect(await found('img_1', 'filename')).toEqual(['IMG_1.jpg']);
  });

  it('follows a name that differs from the one before in its case alone', async () => {
    const record = aRecord({
      filename: 'seaSide.jpg',
      alt: 'side',
      externalUrl: 'https://x.example',
      fileVersion: null,
    });
    await dynamoMedia(library.table).create(record, 1000);
    await indexing().run([record.id]);
    expect(await found('side', 'filename')).toEqual(['seaSide.jpg']);
    await library.table.update({
      Key: mediaKey(record.id),
      UpdateExpression: 'SET filename = :name',
      ExpressionAttributeValues: { ':name': 'SEASIDE.jpg' },
    });
    await indexing().run([record.id]);
    expect(checkTerms(await library.ops.items())).toEqual([]);
  });
});
