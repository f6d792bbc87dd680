import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shapeOf } from '../../support/checks/shape.ts';
import { type Client, client } from '../../support/drivers/client.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { formOf, sendForm } from '../../support/drivers/form.ts';
import { operator } from '../../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { photo } from '../../support/fixtures/pictures.ts';

/** The canonical API, from its first endpoint to its errors: what its reference sends, and what it shows of each answer. */
let runtime: Runtime;
let api: Client;
let byCookie: Client;
let accessToken: string;
const byScope = new Map<string, Client>();

const MEDIA = '/api/v1/media';
/** A record as the reference shows one. */
const RECORD = {
  id: '550e8400-e29b-41d4-a716-446655440000',
  userId: 'user-123',
  teamId: 'team-456',
  url: 'https://example.com/images/photo.jpg',
  filename: 'photo.jpg',
  fileSize: 250000,
  mimeType: 'image/jpeg',
  width: 1920,
  height: 1080,
  title: 'Sunset',
  alt: 'Sunset over mountains',
  caption: 'Taken in May',
  status: 'active',
  createdAt: '2025-01-15T11:00:00.000Z',
  updatedAt: '2025-01-15T11:00:00.000Z',
};
const FIELDS = Object.keys(RECORD);
const NEW = { url: RECORD.url, filename: 'photo.jpg', fileSize: 250000, mimeType: 'image/jpeg' };

beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  const { email, password } = runtime.ready;
  const login = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
  const cookie = login.headers.getSetCookie().find((text) => text.startsWith('session=')) ?? '';
  byCookie = client(runtime.ready, { cookie: cookie.split(';', 1)[0] ?? '' });
  ({ accessToken } = login.body.data);
  const person = client(runtime.ready, { authorization: `Bearer ${accessToken}` });
  for (const scope of ['media:read', 'media:write', 'media:delete']) {
    const made = await person.call('POST', '/api/v1/api-keys', { json: { name: scope, scopes: [scope] } });
    byScope.set(scope, client(runtime.ready, { authorization: `Bearer ${made.body.data.key}` }));
  }
}, 120_000);
afterAll(() => runtime?.stop());

const create = async (more: Record<string, unknown> = {}) =>
  (await api.call('POST', MEDIA, { json: { ...NEW, ...more } })).body.data;
const list = async (query = '') => (await api.call('GET', `${MEDIA}?${query}`)).body.data;
const names = async (query: string): Promise<readonly string[]> =>
  (await list(query)).data.map(({ filename }: { filename: string }) => filename);
const MISSING = { success: false, error: 'Media not found' };

describe('a record', () => {
  it('is created with what is sent, and nothing else is needed than url, filename, fileSize and mimeType', async () => {
    const texts = { title: 'Sunset', alt: 'Sunset over mountains', caption: 'Taken in May' };
    const json = { ...NEW, width: 1920, height: 1080, ...texts };
    const { status, body } = await api.call('POST', MEDIA, { json });
    expect([status, Object.keys(body), body.success]).toEqual([201, ['success', 'data'], true]);
    expect(Object.keys(body.data)).toEqual(expect.arrayContaining(FIELDS));
    const shown = Object.fromEntries(FIELDS.map((name) => [name, body.data[name]]));
    expect(shapeOf(shown)).toEqual(shapeOf(RECORD));
    expect(body.data).toMatchObject({ ...json, status: 'active', createdAt: body.data.updatedAt });
    const bare = { title: null, alt: null, caption: null, width: null, height: null };
    expect(await create({ filename: 'bare.jpg' })).toMatchObject(bare);
  });

  it.each(Object.keys(NEW))('is not created without %s', async (name) => {
    const { [name as keyof typeof NEW]: _, ...json } = NEW;
    const { status, body } = await api.call('POST', MEDIA, { json });
    expect([status, body.success, body.details.errors]).toMatchObject([400, false, [{ path: [name] }]]);
  });

  it.each([
    ['filename', 255],
    ['title', 255],
    ['alt', 500],
    ['caption', 1000],
  ])('has a %s of at most %d characters', async (name, most) => {
    const filled = await create({ [name]: 'x'.repeat(most) });
    expect(filled[name]).toHaveLength(most);
    for (const [method, path] of [
      ['POST', MEDIA],
      ['PATCH', `${MEDIA}/${filled.id}`],
    ] as const) {
      if (method === 'PATCH' && name === 'filename') continue;
      const json = { ...(method === 'POST' ? NEW : {}), [name]: 'x'.repeat(most + 1) };
      const { status, body } = await api.call(method, path, { json });
      expect([status, body.details.errors]).toMatchObject([400, [{ code: 'too_big', maximum: most, path: [name] }]]);
    }
    expect((await api.call('DELETE', `${MEDIA}/${filled.id}`)).status).toBe(200);
  });

  it('is answered by its id, with the fields of the list', async () => {
    const made = await create({ filename: 'one.jpg' });
    const { status, body } = await api.call('GET', `${MEDIA}/${made.id}`);
    expect([status, body]).toEqual([200, { success: true, data: made }]);
    expect((await list('limit=1')).data).toEqual([made]);
    expect(await api.call('GET', `${MEDIA}/550e8400-e29b-41d4-a716-446655440000`)).toMatchObject({
      status: 404,
      body: MISSING,
    });
  });

  it('has texts that can be changed and emptied, and a file that cannot', async () => {
    const made = await create({ filename: 'edit.jpg', caption: 'first' });
    const json = { title: 'Updated Logo', alt: 'A blue logo', caption: null };
    const { status, body } = await api.call('PATCH', `${MEDIA}/${made.id}`, { json });
    expect([status, Object.keys(body), body.success]).toEqual([200, ['success', 'data'], true]);
    expect(body.data).toEqual({ ...made, ...json, version: 2, updatedAt: expect.any(String) });
    for (const fixed of ['url', 'filename', 'fileSize', 'mimeType', 'width', 'height']) {
      const refused = await api.call('PATCH', `${MEDIA}/${made.id}`, { json: { [fixed]: made[fixed] ?? 1 } });
      expect([fixed, refused.status, refused.body.details.code]).toEqual([fixed, 400, 'UNKNOWN_FIELD']);
    }
    expect((await api.call('GET', `${MEDIA}/${made.id}`)).body.data).toEqual(body.data);
    expect(await api.call('PATCH', `${MEDIA}/missing`, { json })).toMatchObject({ status: 404, body: MISSING });
  });

  it('is hidden everywhere once it is deleted, and its file stays in storage', async () => {
    const name = 'deleted.txt';
    const form = formOf([{ field: 'files', name, type: 'text/plain', bytes: Buffer.from('kept') }]);
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const [{ id: mediaId }] = (await sendForm(runtime.ready, `${MEDIA}/upload`, form, headers)).body.data.media;
    const { status, body } = await api.call('DELETE', `${MEDIA}/${mediaId}`);
    expect([status, body]).toEqual([200, { success: true, data: { message: 'Media deleted successfully' } }]);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await api.call(method, `${MEDIA}/${mediaId}`, method === 'PATCH' ? { json: {} } : {});
      expect(answer).toMatchObject({ status: 404, body: MISSING });
    }
    expect(await names('limit=100')).not.toContain(name);
    await eventually(async () => expect(await names('search=deleted')).toEqual([]));
    const files = [{ filename: name, fileSize: 4 }];
    const known = await api.call('POST', `${MEDIA}/check-duplicates`, { json: { files } });
    expect(known.body.data).toEqual({ duplicates: [] });
    expect((await operator(runtime.ready).keys('originals/')).some((key) => key.includes(mediaId))).toBe(true);
    const trash = (await api.call('GET', '/api/v1/trash?limit=1')).body.data.data;
    expect(trash).toMatchObject([{ id: mediaId, status: 'deleted' }]);
  });
});

describe('a list', () => {
  beforeAll(async () => {
    for (const number of Array.from({ length: 22 }, (_, at) => at)) {
      const [mimeType, end] = number % 3 === 0 ? ['video/mp4', 'mp4'] : ['image/png', 'png'];
      await create({ filename: `n${String(number).padStart(2, '0')}.${end}`, fileSize: 1000 - number, mimeType });
    }
  });

  it('has data, total, limit and offset, and twenty records from the first unless something else is asked', async () => {
    const answer = await api.call('GET', MEDIA);
    expect([answer.status, Object.keys(answer.body), answer.body.success]).toEqual([200, ['success', 'data'], true]);
    const page = answer.body.data;
    expect(page).toMatchObject({ limit: 20, offset: 0 });
    for (const record of page.data) expect(Object.keys(record)).toEqual(expect.arrayContaining(FIELDS));
    expect([page.data.length, page.total > 20]).toEqual([20, true]);
    const all = await names('limit=100');
    expect(await names('limit=1')).toEqual(all.slice(0, 1));
    expect(await names('limit=5&offset=3')).toEqual(all.slice(3, 8));
    expect(await list('limit=5&offset=3')).toMatchObject({ total: all.length, limit: 5, offset: 3 });
  });

  it.each(['limit=0', 'limit=101', 'offset=-1', 'orderBy=title', 'orderDir=up', 'type=audio', 'page=1'])(
    'is not answered for %s',
    async (query) => {
      const { status, body } = await api.call('GET', `${MEDIA}?${query}`);
      expect([status, body.success, body.error]).toEqual([400, false, 'Invalid query parameters']);
      expect(body.details.errors[0]).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    },
  );

  it('comes newest first, or by filename or fileSize, up or down', async () => {
    const { data } = await list('limit=100');
    const times = data.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const down = await names('limit=100&orderBy=filename');
    expect(down).toEqual(down.toSorted().toReversed());
    expect(await names('limit=100&orderBy=filename&orderDir=asc')).toEqual(down.toReversed());
    expect((await names('limit=100&orderBy=createdAt&orderDir=asc')).at(-1)).toBe('n21.mp4');
    const sizes = (await list('limit=100&orderBy=fileSize')).data.map(({ fileSize }: { fileSize: number }) => fileSize);
    expect(sizes).toEqual(sizes.toSorted((one: number, other: number) => other - one));
  });

  it('has every type unless image or video is asked', async () => {
    const types = async (query: string) =>
      new Set((await list(query)).data.map(({ mimeType }: { mimeType: string }) => mimeType.split('/')[0]));
    expect(await types('limit=100&type=image')).toEqual(new Set(['image']));
    expect(await types('limit=100&type=video')).toEqual(new Set(['video']));
    expect((await list('type=all')).total).toBe((await list()).total);
  });

  it('is searched by filename, title, alt text and caption', async () => {
    const words = { filename: 'walrus.jpg', title: 'Walrus', alt: 'a walrus', caption: 'the walrus' };
    for (const [field, value] of Object.entries(words)) {
      await create({ filename: `by-${field}.jpg`, [field]: value });
    }
    const found = ['by-alt.jpg', 'by-caption.jpg', 'by-title.jpg', 'walrus.jpg'];
    await eventually(async () => expect((await names('search=walrus')).toSorted()).toEqual(found));
  });

  it('is narrowed by tags, of which several are parted by commas, by id or by slug', async () => {
    const tag = async (name: string) => (await api.call('POST', '/api/v1/media-tags', { json: { name } })).body.data;
    const [sea, sun] = [await tag('Open Sea'), await tag('Low Sun')];
    const tagged = async (filename: string, tagIds: readonly string[]) => {
      const { id } = await create({ filename });
      await api.call('PUT', `${MEDIA}/${id}/tags`, { json: { tagIds } });
    };
    await tagged('sea.jpg', [sea.id]);
    await tagged('both.jpg', [sea.id, sun.id]);
    for (const [name, of] of [
      ['tagIds', 'id'],
      ['tagSlugs', 'slug'],
    ] as const) {
      expect(await names(`${name}=${sea[of]}`)).toEqual(['both.jpg', 'sea.jpg']);
      expect(await names(`${name}=${sea[of]},${sun[of]}`)).toContain('both.jpg');
      expect(await names(`${name}=${sun[of]}`)).toEqual(['both.jpg']);
    }
  });
});

describe('an upload by form', () => {
  it('of one or several files answers their records and addresses, in the team that x-team-id names', async () => {
    const { teamId } = (await list('limit=1')).data[0];
    const bytes = await photo(192, 108);
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const file = { field: 'files', type: 'image/jpeg', bytes };
    const several = [
      { ...file, name: 'photo1.jpg' },
      { ...file, name: 'photo2.jpg', bytes: await photo(60, 40) },
    ];
    for (const files of [several.slice(0, 1), several]) {
      for (const team of [{}, { 'x-team-id': teamId }] as Record<string, string>[]) {
        const answer = await sendForm(runtime.ready, `${MEDIA}/upload`, formOf(files), { ...headers, ...team });
        expect([answer.status, answer.body.success]).toEqual([200, true]);
        const { message, urls, media, count, storage } = answer.body.data;
        expect([message, count, typeof storage]).toEqual(['Files uploaded successfully', files.length, 'string']);
        expect(urls).toEqual(media.map(({ url }: { url: string }) => url));
        for (const record of media) expect(Object.keys(record)).toEqual(expect.arrayContaining(FIELDS));
        expect(media[0]).toMatchObject({ teamId, filename: 'photo1.jpg', fileSize: bytes.length, title: null });
        expect(media[0]).toMatchObject({ mimeType: 'image/jpeg', width: 192, height: 108, status: 'active' });
        expect((await api.call('GET', `${MEDIA}/${media[0].id}`)).body.data).toEqual(media[0]);
        expect(Buffer.from(await (await fetch(urls[0])).arrayBuffer())).toEqual(bytes);
      }
    }
    const person = { authorization: `Bearer ${accessToken}` };
    const second = await client(runtime.ready, person).call('POST', '/api/v1/teams', { json: { name: 'Second' } });
    for (const [team, expected] of [
      [{}, teamId],
      [{ 'x-team-id': second.body.data.id }, second.body.data.id],
    ]) {
      const form = formOf(several.slice(0, 1));
      const { body } = await sendForm(runtime.ready, `${MEDIA}/upload`, form, { ...person, ...team });
      expect(body.data.media[0].teamId).toBe(expected);
    }
    const foreign = { ...headers, 'x-team-id': 'team-456' };
    expect((await sendForm(runtime.ready, `${MEDIA}/upload`, formOf(several), foreign)).status).toBe(404);
  });
});

describe('credentials', () => {
  const CALLS = [
    ['GET', MEDIA, 'media:read'],
    ['POST', MEDIA, 'media:write'],
    ['POST', `${MEDIA}/upload`, 'media:write'],
    ['POST', `${MEDIA}/check-duplicates`, 'media:read'],
    ['GET', `${MEDIA}/x`, 'media:read'],
    ['PATCH', `${MEDIA}/x`, 'media:write'],
    ['DELETE', `${MEDIA}/x`, 'media:delete'],
    ['GET', `${MEDIA}/x/tags`, 'media:read'],
    ['POST', `${MEDIA}/x/tags`, 'media:write'],
    ['PUT', `${MEDIA}/x/tags`, 'media:write'],
    ['DELETE', `${MEDIA}/x/tags?tagId=y`, 'media:delete'],
    ['GET', '/api/v1/media-tags', 'media:read'],
    ['POST', '/api/v1/media-tags', 'media:write'],
  ] as const;

  it.each(CALLS)('%s %s wants a session or a key, and the scope %s', async (method, path, scope) => {
    const stranger = await client(runtime.ready, {}).call(method, path);
    expect([stranger.status, stranger.body]).toEqual([401, { success: false, error: 'Unauthorized' }]);
    expect([401, 403]).not.toContain((await byCookie.call(method, path)).status);
    for (const [held, by] of byScope) {
      const { status, body } = await by.call(method, path);
      if (held === scope) expect([401, 403]).not.toContain(status);
      else
        expect([held, status, body.error]).toEqual([held, 403, `Insufficient permissions - ${scope} scope required`]);
    }
  });
});
