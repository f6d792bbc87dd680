import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shapeOf } from '../../support/checks/shape.ts';
import { type Answer, type Client, client } from '../../support/drivers/client.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { operator } from '../../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { html, pdf, truncated } from '../../support/fixtures/hostile-files.ts';
import { photo, transparentPng } from '../../support/fixtures/pictures.ts';

/** The API that the reference `admin` describes: the cookie of a login, numbers for ids, images as base64. */
let runtime: Runtime;
let admin: Client;
let viewer: Client;
let v1: Client;

const cookieOf = ({ headers }: Answer): string =>
  headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith('refreshToken='))
    ?.split(';', 1)[0] ?? '';
const login = (email: string, password: string) =>
  client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });

beforeAll(async () => {
  runtime = await startRuntime();
  v1 = client(runtime.ready);
  const entered = await login(runtime.ready.email, runtime.ready.password);
  admin = client(runtime.ready, { cookie: cookieOf(entered) });
  const { team } = entered.body.data;
  const owner = client(runtime.ready, { authorization: `Bearer ${entered.body.data.accessToken}` });
  const json = { email: 'viewer@admin.example', role: 'viewer' };
  const invited = await owner.call('POST', `/api/v1/teams/${team.id}/invitations`, { json });
  const joined = await client(runtime.ready, {}).call('POST', '/api/v1/invitations/accept', {
    json: { token: invited.body.data.token, password: 'a password to look around' },
  });
  viewer = client(runtime.ready, { cookie: cookieOf(joined) });
}, 120_000);
afterAll(() => runtime?.stop());

interface Row {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly timestamp: string;
  readonly tags: readonly string[];
}

const add = (json: unknown) => admin.call('POST', '/media/add', { json });
const list = async (query = '') =>
  (await admin.call('GET', `/media${query}`)).body as { media: Row[]; max: number; from: number; to: number };
const rowNamed = async (name: string) => (await list()).media.find((row) => row.name === name) as Row;
const told = (answer: Answer, status: number, data: string): void => {
  expect([answer.status, answer.body]).toEqual([status, { data, code: status }]);
  expect(answer.headers.get('content-type')).toBe('application/json');
};
const MISSING = 'Required parameters missing';

describe('POST /media/add', () => {
  it('stores an image in plain base64', async () => {
    const image = (await photo(120, 80)).toString('base64');
    told(await add({ name: 'Harbour', tags: ['sea', 'boats'], image }), 200, 'Media added successfully');
    const row = await rowNamed('Harbour');
    expect(row.tags).toEqual(['sea', 'boats']);
    const file = await fetch(`${runtime.ready.http}${row.path}`);
    expect(file.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await file.arrayBuffer()).toString('base64')).toBe(image);
  });

  it('stores an image behind the head of a data URL, with tags in one text', async () => {
    const image = `data:image/png;base64,${(await transparentPng(60, 40)).toString('base64')}`;
    told(await add({ name: 'Logo', tags: 'brand, Sea', image }), 200, 'Media added successfully');
    const row = await rowNamed('Logo');
    expect(row.tags).toEqual(['brand', 'sea']);
    expect(row.path).toMatch(/\/Logo\.png$/);
  });

  it('reads base64 with line breaks, and without its padding', async () => {
    const digits = (await photo(50, 50)).toString('base64');
    const image = (digits.match(/.{1,76}/g) ?? []).join('\r\n').replace(/=+$/, '');
    told(await add({ name: 'Folded', tags: [], image }), 200, 'Media added successfully');
  });

  it.each<[string, Record<string, unknown>]>([
    ['name', { tags: [], image: 'AAAA' }],
    ['tags', { name: 'a', image: 'AAAA' }],
    ['image', { name: 'a', tags: [] }],
    ['anything', {}],
    ['a name that says something', { name: '  ', tags: [], image: 'AAAA' }],
    ['an image that holds something', { name: 'a', tags: [], image: 'data:image/png;base64,' }],
    ['what it names as null', { name: null, tags: null, image: null }],
  ])('answers 400 when a call lacks %s', async (_, json) => told(await add(json), 400, MISSING));

  it.each<[string, unknown, number]>([
    ['text that is no base64', 'not an image!', 400],
    ['base64 cut short', 'AAAAA', 400],
    ['a page', html.toString('base64'), 415],
    ['a document', pdf.toString('base64'), 415],
    ['a number', 7, 400],
  ])('stores nothing for %s', async (_, image, status) => {
    const before = await operator(runtime.ready).library();
    const answer = await add({ name: 'a', tags: [], image });
    expect([answer.status, answer.body]).toEqual([status, { data: expect.any(String), code: status }]);
    expect(await operator(runtime.ready).library()).toEqual(before);
  });

  it('answers 500, as the reference has it, when the image cannot be processed', async () => {
    const image = truncated(await photo(200, 200)).toString('base64');
    const before = await operator(runtime.ready).library();
    told(await add({ name: 'cut', tags: [], image }), 500, 'Error adding media');
    expect(await operator(runtime.ready).library()).toEqual(before);
  });

  it('points to signed uploads when the image is larger than a function takes', async () => {
    const image = Buffer.alloc(4 * 1024 * 1024 + 3).toString('base64');
    const answer = await add({ name: 'large', tags: [], image });
    expect([answer.status, answer.body.code]).toEqual([413, 413]);
    expect(answer.body.data).toContain('POST /api/v1/uploads');
  });

  it('refuses fields that it does not know, and tags that are none', async () => {
    const image = (await photo(20, 20)).toString('base64');
    for (const more of [
      { owner: 'me' },
      { tags: [1] },
      { tags: ['\u0000'] },
      { tags: ['!!!'] },
      { name: 'a\u202eb' },
    ]) {
      const answer = await add({ name: 'a', tags: [], image, ...more });
      expect([answer.status, answer.body]).toEqual([400, { data: expect.any(String), code: 400 }]);
    }
  });
});

describe('GET /media', () => {
  it('answers everything, newest first, in the shape of the reference', async () => {
    const answer = await admin.call('GET', '/media');
    expect(answer.status).toBe(200);
    const shown = { id: 1, name: 'string', path: 'string', timestamp: 'string', tags: ['string'] };
    expect(Object.keys(answer.body)).toEqual(['media', 'max', 'from', 'to']);
    expect(shapeOf(answer.body.media.filter(({ tags }: Row) => tags.length > 0))).toEqual(shapeOf([shown]));
    expect(answer.body).toMatchObject({ max: 3, from: 1, to: 3 });
    expect(answer.body.media.map(({ name }: Row) => name)).toEqual(['Folded', 'Logo', 'Harbour']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('answers the oldest first when asked to', async () =>
    expect((await list('?order=added-asc')).media.map(({ name }) => name)).toEqual(['Harbour', 'Logo', 'Folded']));

  it('says from which to which of how many', async () => {
    expect(await list('?limit=2')).toMatchObject({ max: 3, from: 1, to: 2 });
    expect(await list('?limit=2&offset=2')).toMatchObject({ media: [{ name: 'Harbour' }], max: 3, from: 3, to: 3 });
    expect(await list('?offset=3')).toEqual({ media: [], max: 3, from: 0, to: 0 });
    expect(await list(`?limit=${Number.MAX_SAFE_INTEGER}`)).toMatchObject({ max: 3, from: 1, to: 3 });
  });

  it('searches', () =>
    eventually(async () => {
      expect(await list('?search=harb')).toMatchObject({ media: [{ name: 'Harbour' }], max: 1, from: 1, to: 1 });
      expect(await list('?search=nowhere')).toEqual({ media: [], max: 0, from: 0, to: 0 });
    }));

  it.each(['order=name', 'limit=0', 'limit=-1', 'limit=1e3', 'offset=-1', 'page=1'])('refuses %s', async (query) => {
    const answer = await admin.call('GET', `/media?${query}`);
    expect([answer.status, answer.body]).toEqual([400, { data: expect.any(String), code: 400 }]);
  });

  it('gives records from before there were numbers a number, once', async () => {
    const { id } = (await v1.call('GET', '/api/v1/media?limit=1')).body.data.data[0];
    const { dynamo } = operator(runtime.ready);
    const old = (await list()).media.map((row) => row.id);
    const Key = { pk: `MEDIA#${id}`, sk: 'MEDIA' };
    await dynamo.send(new UpdateCommand({ TableName: runtime.ready.table, Key, UpdateExpression: 'REMOVE alias' }));
    const lists = await Promise.all(Array.from({ length: 5 }, () => list()));
    const [first] = lists.map(({ media }) => media.map((row) => row.id));
    for (const { media } of [...lists, await list()]) expect(media.map((row) => row.id)).toEqual(first);
    expect(old).not.toContain(first?.[0]);
    expect(new Set(first).size).toBe(3);
  });
});

describe('POST /media/edit/:id', () => {
  it.each([
    ['a list', ['dawn', 'sea']],
    ['a text', 'dawn,sea'],
    ['a text of JSON', '["dawn", "sea"]'],
  ])('changes name and tags, given as %s', async (kind, tags) => {
    const { id } = (await list()).media.find(({ name }) => name === 'Harbour' || name.startsWith('by a')) as Row;
    await admin.call('POST', `/media/edit/${id}`, { json: { name: 'by a test', tags: [] } });
    const answer = await admin.call('POST', `/media/edit/${id}`, { json: { name: `by ${kind}`, tags } });
    told(answer, 200, 'Media updated successfully');
    expect(await rowNamed(`by ${kind}`)).toMatchObject({ id, tags: ['dawn', 'sea'] });
  });

  it('takes all tags off with an empty list, and an empty text', async () => {
    const { id, name } = await rowNamed('Logo');
    for (const tags of [[], '']) {
      await admin.call('POST', `/media/edit/${id}`, { json: { name, tags: 'again' } });
      told(await admin.call('POST', `/media/edit/${id}`, { json: { name, tags } }), 200, 'Media updated successfully');
      expect((await rowNamed('Logo')).tags).toEqual([]);
    }
  });

  it.each<[string, unknown]>([
    ['1', { tags: [] }],
    ['1', { name: 'a' }],
    ['1', {}],
    ['one', { name: 'a', tags: [] }],
    ['1.5', { name: 'a', tags: [] }],
  ])('answers 400 for %s with %j', async (id, json) => {
    const answer = await admin.call('POST', `/media/edit/${id}`, { json });
    told(answer, 400, MISSING);
  });

  it('finds nothing by a number that no record has', async () =>
    told(await admin.call('POST', '/media/edit/999999', { json: { name: 'a', tags: [] } }), 404, 'Media not found'));
});

describe('DELETE /media/delete/:id', () => {
  it('removes the record and its files, and its number is never given again', async () => {
    const { id, path } = await rowNamed('Logo');
    const mediaId = path.split('/')[2] ?? '';
    const ops = operator(runtime.ready);
    expect((await ops.keys()).filter((key) => key.includes(mediaId))).not.toEqual([]);
    told(await admin.call('DELETE', `/media/delete/${id}`), 200, 'Media deleted successfully');
    expect((await ops.keys()).filter((key) => key.includes(mediaId))).toEqual([]);
    expect((await ops.items()).filter(({ pk }) => pk === `ALIAS#${id}` || pk === `MEDIA#${mediaId}`)).toEqual([]);
    expect((await fetch(`${runtime.ready.http}${path}`)).status).toBe(404);
    told(await admin.call('DELETE', `/media/delete/${id}`), 404, 'Media not found');
    await add({ name: 'after', tags: [], image: (await photo(30, 30)).toString('base64') });
    expect((await rowNamed('after')).id).not.toBe(id);
  });

  it('answers 400 for what is no number, and 404 for a number that no record has', async () => {
    for (const id of ['one', '1.5', '-1', '1e3', 'a%20b', '9'.repeat(80)]) {
      told(await admin.call('DELETE', `/media/delete/${id}`), 400, MISSING);
    }
    told(await admin.call('DELETE', '/media/delete/999999'), 404, 'Media not found');
  });

  it('does not find what lies in the trash', async () => {
    const { id, path } = await rowNamed('after');
    await v1.call('DELETE', `/api/v1/media/${path.split('/')[2]}`);
    told(await admin.call('DELETE', `/media/delete/${id}`), 404, 'Media not found');
    await v1.call('POST', `/api/v1/media/${path.split('/')[2]}/restore`);
    expect((await rowNamed('after')).id).toBe(id);
  });
});

describe('who may', () => {
  const CALLS = [
    ['GET', '/media', 'view-media'],
    ['POST', '/media/edit/1', 'edit-media'],
    ['POST', '/media/add', 'add-media'],
    ['DELETE', '/media/delete/1', 'delete-media'],
  ] as const;

  it.each(CALLS)('%s %s needs the cookie of a login', async (method, path, _) => {
    const others = [{}, { cookie: 'refreshToken=made-up' }, { authorization: `Bearer ${runtime.ready.apiKey}` }];
    for (const headers of others) {
      told(await client(runtime.ready, headers as Record<string, string>).call(method, path), 401, 'Unauthorized');
    }
  });

  it.each(CALLS)('%s %s needs the permission %s', async (method, path, permission) => {
    const answer = await viewer.call(method, path);
    if (permission === 'view-media') expect(answer.status).toBe(200);
    else told(answer, 403, `Missing permission: ${permission}`);
  });

  it.each(CALLS.slice(1))('%s %s is refused when another site sends it', async (method, path, _) => {
    const answer = await admin.call(method, path, { headers: { origin: 'https://elsewhere.example' } });
    told(answer, 403, 'Cross-site request refused');
  });

  it('the cookie holds until the next refresh, and no longer than the login', async () => {
    const entered = await login(runtime.ready.email, runtime.ready.password);
    const cookie = cookieOf(entered);
    const withCookie = client(runtime.ready, { cookie });
    expect((await withCookie.call('GET', '/media?limit=1')).status).toBe(200);
    const renewed = await withCookie.call('POST', '/api/v1/auth/refresh', { json: {} });
    const next = client(runtime.ready, { cookie: cookieOf(renewed) });
    expect((await next.call('GET', '/media?limit=1')).status).toBe(200);
    const token = client(runtime.ready, { authorization: `Bearer ${renewed.body.data.accessToken}` });
    await token.call('POST', '/api/v1/auth/logout');
    told(await next.call('DELETE', '/media/delete/1'), 401, 'Unauthorized');
  });
});
