import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTerms } from '../../bin/verify/tags.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
const ids = new Map<string, string>();

const create = async (filename: string, texts: Record<string, string> = {}, mimeType = 'image/jpeg') => {
  const json = { url: 'https://example.com/a.jpg', filename, fileSize: 5, mimeType, ...texts };
  const { body } = await api.call('POST', '/api/v1/media', { json });
  ids.set(filename, body.data.id);
};
const quiet = () => eventually(async () => expect(checkTerms(await ops.items())).toEqual([]));

beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  await create('company-logo.png', { title: 'Company Logo', alt: 'ACME Corp logo in blue' });
  await create('SunsetBeach2024.jpg', { alt: 'Sunset over mountains', caption: 'Étretat, normandie' });
  await create('IMG_0815.mp4', { title: 'Drone flight 100%' }, 'video/mp4');
  await create('iPhone snapshot.jpg', { description: "the dog's breakfast" });
  await create('花火大会2023.jpg', { description: '浴衣で見た海辺の花火です' });
  await create('ビール🍻.jpg', { caption: 'Smørrebrød in Århus, Ġgantija' });
  await quiet();
});
afterAll(() => runtime?.stop());

const list = (query: Record<string, string>) => api.call('GET', `/api/v1/media?${new URLSearchParams(query)}`);
const found = async (search: string, query: Record<string, string> = {}) => {
  const { status, body } = await list({ search, ...query });
  expect([status, body.data?.total]).toEqual([200, body.data?.data.length]);
  return body.data.data.map(({ filename }: { filename: string }) => filename);
};

describe('a search', () => {
  it.each([
    ['logo', 'company-logo.png'],
    ['LOGO Blue', 'company-logo.png'],
    ['beach', 'SunsetBeach2024.jpg'],
    ['each', 'SunsetBeach2024.jpg'],
    ['sunsetbeach', 'SunsetBeach2024.jpg'],
    ['SunsetBeach', 'SunsetBeach2024.jpg'],
    ['beach2024', 'SunsetBeach2024.jpg'],
    ['24', undefined],
    ['mount', 'SunsetBeach2024.jpg'],
    ['ountain', undefined],
    ['etretat', 'SunsetBeach2024.jpg'],
    ['Normandíe', 'SunsetBeach2024.jpg'],
    ['815', 'IMG_0815.mp4'],
    ['iphone', 'iPhone snapshot.jpg'],
    ['iPhone', 'iPhone snapshot.jpg'],
    ['phone', 'iPhone snapshot.jpg'],
    ['breakfast dog', 'iPhone snapshot.jpg'],
    ['logo beach', undefined],
    ['花火', '花火大会2023.jpg'],
    ['大会', '花火大会2023.jpg'],
    ['浴衣', '花火大会2023.jpg'],
    ['辺の', '花火大会2023.jpg'],
    ['火', '花火大会2023.jpg'],
    ['花火大会_20', '花火大会2023.jpg'],
    ['ビール', 'ビール🍻.jpg'],
    ['🍻', 'ビール🍻.jpg'],
    ['🍺', undefined],
    ['ヒール', undefined],
    ['ﾋﾞｰﾙ', 'ビール🍻.jpg'],
    ['smorrebrod arhus', 'ビール🍻.jpg'],
    ['ggantija', 'ビール🍻.jpg'],
    ['IMG_0', 'IMG_0815.mp4'],
    ['IMG_08', 'IMG_0815.mp4'],
    ['img-081', 'IMG_0815.mp4'],
    ['IMG_0815.m', 'IMG_0815.mp4'],
    ['IMG_15', undefined],
    ['100%', 'IMG_0815.mp4'],
    ['%', undefined],
    ['_', undefined],
    ['"; --', undefined],
    ['__proto__', undefined],
    ['$ne', undefined],
  ])('for %j finds %j', async (search, filename) => expect(await found(search)).toEqual(filename ? [filename] : []));

  it('is narrowed by type and ordered as asked', async () => {
    expect(await found('jpg', { orderBy: 'filename', orderDir: 'asc' })).toEqual([
      'iPhone snapshot.jpg',
      'SunsetBeach2024.jpg',
      'ビール🍻.jpg',
      '花火大会2023.jpg',
    ]);
    expect(await found('img', { type: 'image' })).toEqual([]);
    expect(await found('img', { type: 'video' })).toEqual(['IMG_0815.mp4']);
  });

  it('that is blank asks for everything', async () => expect((await found(' ')).length).toBe(6));

  it.each([['x'.repeat(9_800)], ['x'.repeat(201)], ['a b c d e f g h i j k']])(
    'of too much is refused',
    async (search) => {
      const { status, body } = await list({ search });
      expect([status, body.details.errors[0].path]).toEqual([400, ['search']]);
    },
  );

  it('follows edits, deletes and restores', async () => {
    const path = `/api/v1/media/${ids.get('company-logo.png')}`;
    await api.call('PATCH', path, { json: { alt: 'renamed zeppelin' } });
    await eventually(async () =>
      expect([await found('zeppelin'), await found('acme')]).toEqual([['company-logo.png'], []]),
    );
    await api.call('DELETE', path);
    await eventually(async () => expect(await found('zeppelin')).toEqual([]));
    await api.call('POST', `${path}/restore`);
    await eventually(async () => expect(await found('zeppelin')).toEqual(['company-logo.png']));
    await quiet();
  });

  it('finds nothing of another team', async () => {
    const { CreateOwnerFunctionName } = runtime.ready.outputs;
    const owner = { email: 'other@example.com', password: 'a long enough password', teamName: 'Other' };
    const { apiKey } = (await ops.invoke(CreateOwnerFunctionName, owner)) as { apiKey: string };
    const other = client({ ...runtime.ready, apiKey });
    expect((await other.call('GET', '/api/v1/media?search=logo')).body.data).toMatchObject({ data: [], total: 0 });
  });

  it('is healed by a rebuild, whatever became of its entries', async () => {
    const before = (await ops.items()).filter(({ pk }) => String(pk).startsWith('TERM#'));
    const { RebuildIndexFunctionName } = runtime.ready.outputs;
    const [lost, ...others] = before;
    expect(others.length).toBeGreaterThan(10);
    await ops.removeItem({ pk: String(lost?.pk), sk: String(lost?.sk) });
    await ops.putItem({ ...lost, sk: `${String(lost?.sk).split('#')[0]}#nobody` });
    expect(checkTerms(await ops.items())).toHaveLength(2);
    expect(await ops.invoke(RebuildIndexFunctionName)).toEqual({ records: 6, orphans: 1, healed: 0, done: true });
    expect(checkTerms(await ops.items())).toEqual([]);
    expect(await ops.invoke(RebuildIndexFunctionName)).toMatchObject({ orphans: 0, done: true });
  });
});

describe('a cursor', () => {
  const walk = async (query: Record<string, string>, between: (page: number) => Promise<void> = async () => {}) => {
    const names: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 20; page += 1) {
      const { body } = await list({ ...query, ...(cursor ? { cursor } : {}) });
      names.push(...body.data.data.map(({ filename }: { filename: string }) => filename));
      cursor = body.data.nextCursor;
      if (!cursor) return names;
      await between(page);
    }
    throw new Error('the pages do not end');
  };

  it('pages through everything, each record once, while others come and go', async () => {
    const stable = [...ids.keys()];
    const query = { limit: '1', orderBy: 'filename', orderDir: 'asc' };
    const names = await walk(query, async (page) => {
      if (page < 3) await create(`${['aaa', 'mmm', 'zzz'][page]}-passing.jpg`);
      if (page === 3) await api.call('DELETE', `/api/v1/media/${ids.get('aaa-passing.jpg')}`);
    });
    for (const name of stable) expect(names.filter((each) => each === name)).toEqual([name]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('pages through a search', async () => {
    await quiet();
    const all = await found('jpg', { orderBy: 'filename' });
    expect(await walk({ search: 'jpg', limit: '1', orderBy: 'filename' })).toEqual(all);
  });

  it('that was changed, or belongs to another list, is refused', async () => {
    const { nextCursor } = (await list({ limit: '1' })).body.data;
    const refused = async (query: Record<string, string>) => {
      const { status, body } = await list(query);
      expect([status, body.details.errors[0].path]).toEqual([400, ['cursor']]);
    };
    expect((await list({ limit: '2', cursor: nextCursor })).status).toBe(200);
    for (const cursor of ['', 'x', `${nextCursor}A`, `A${nextCursor}`, nextCursor.replace(/.\./, '..')])
      await refused({ cursor });
    await refused({ cursor: nextCursor, orderBy: 'filename' });
    await refused({ cursor: nextCursor, orderDir: 'asc' });
    await refused({ cursor: nextCursor, type: 'image' });
    await refused({ cursor: nextCursor, search: 'jpg' });
    await refused({ cursor: 'x'.repeat(10_000) });
  });
});
