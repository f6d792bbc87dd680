import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkRanks } from '../../../bin/verify/ranks.ts';
import { checkTerms } from '../../../bin/verify/tags.ts';
import { recordsOf } from '../../../functions/library/media-list.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { retag } from '../../../functions/library/retag.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { dynamoTermIndex } from '../../../functions/library/term-index.ts';
import { indexRecords } from '../../../functions/search/index-records.ts';
import { rebuildIndex } from '../../../functions/search/rebuild-index.ts';
import { dynamoRebuild } from '../../../functions/search/rebuild-store.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { mediaKey, taggedKey, tagKey, teamTagKey } from '../../../functions/table/keys.ts';
import { createTag } from '../../../functions/tags/create-tag.ts';
import { dynamoTagHeal } from '../../../functions/tags/tag-heal-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const AT = '2026-02-01T00:00:00.000Z';
let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const wrong = async (): Promise<string[]> => {
  const items = await library.ops.items();
  return [...(await checkLibrary(library.ops)), ...checkTerms(items), ...checkRanks(items)];
};

const rebuild = () => {
  const { table } = library;
  const index = dynamoTermIndex(table);
  return rebuildIndex({
    store: dynamoRebuild(table),
    index,
    indexRecords: indexRecords({
      records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
      index,
      tagNames: dynamoSearch(table).tagNames,
    }),
    tags: dynamoTagHeal(table),
    newId: () => crypto.randomUUID(),
    clock: () => new Date(AT),
  })(() => true);
};

describe('a rebuild', () => {
  it('brings all that is derived in step with records and tags, in both directions', async () => {
    const { table } = library;
    const [media, tags] = [dynamoMedia(table), dynamoTags(table)];
    const principal = aPrincipal();
    const make = createTag({ tags, newId: () => crypto.randomUUID(), clock: () => new Date(AT) });
    const sea = await make({ input: { name: 'Sea' }, principal });
    const sky = await make({ input: { name: 'Sky' }, principal });
    const records = [1, 2, 3, 4].map((fileSize) =>
      aRecord({ fileSize, externalUrl: 'https://x.example', fileVersion: null }),
    );
    for (const record of records) {
      await media.create(record, 1000);
      await retag(table)(record.id, () => [sea.id, sky.id], AT);
    }
    const [one = '', two = '', three = '', four = ''] = records.map(({ id }) => id);
    const thrown = await media.get(four);
    if (thrown) await media.softDelete(thrown, AT, AT);
    await rebuild();
    expect(await wrong()).toEqual([]);

    await table.remove(taggedKey(sea.id, one));
    await table.put({ Item: { ...(await table.get(taggedKey(sea.id, two))), ...taggedKey(sea.id, 'nobody') } });
    await table.update({
      Key: taggedKey(sky.id, three),
      UpdateExpression: 'SET kind = :x',
      ExpressionAttributeValues: { ':x': 'video' },
    });
    await table.update({
      Key: tagKey(sky.id),
      UpdateExpression: 'ADD activeImage :five',
      ExpressionAttributeValues: { ':five': 5 },
    });
    await table.remove(teamTagKey('team', sea.slug));
    await table.put({ Item: { ...teamTagKey('team', 'ghost'), ...sky, id: 'ghost', slug: 'ghost' } });
    await table.update({
      Key: mediaKey(two),
      UpdateExpression: 'SET sizeSk = :x',
      ExpressionAttributeValues: { ':x': 'elsewhere' },
    });
    expect((await wrong()).length).toBeGreaterThanOrEqual(6);

    expect(await rebuild()).toMatchObject({ healed: 5, orphans: 2, done: true });
    expect(await wrong()).toEqual([]);
    expect(await table.get(mediaKey(two))).toMatchObject({ sizeSk: `0000000000000002#${two}` });
    expect(await rebuild()).toMatchObject({ healed: 0, orphans: 0, done: true });
  }, 120_000);
});
