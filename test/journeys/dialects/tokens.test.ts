import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GrantableScope } from '../../../functions/domain/scopes.ts';
import { shapeOf } from '../../support/checks/shape.ts';
import { type Answer, type Client, client } from '../../support/drivers/client.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { type FormFile, formOf, sendForm } from '../../support/drivers/form.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { html, svg } from '../../support/fixtures/hostile-files.ts';
import { compound, DOCX, isoMedia, mp3, office, onePage, XLSX } from '../../support/fixtures/least-files.ts';
import { animation, photo, transparentPng } from '../../support/fixtures/pictures.ts';

/** The API that the reference `tokens` describes: what it sends, and what it shows of each answer. */
let runtime: Runtime;
let owner: Client;
const tokens = new Map<GrantableScope, { api: Client; headers: Record<string, string> }>();

/** The reference's record, as it shows it for a picture. */
const RECORD = {
  id: 'uuid',
  name: 'example.jpg',
  type: 'image',
  mime_type: 'image/jpeg',
  size: 1024,
  path: 'media/example.jpg',
  url: 'https://example.com/media/example.jpg',
  width: 800,
  height: 600,
  duration: null,
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-01T00:00:00Z',
  created_by: 'user-uuid',
};

const tokenFor = (scope: GrantableScope) => {
  const found = tokens.get(scope);
  if (!found) throw new Error(`there is no token with ${scope}`);
  return found;
};
const upload = (...files: FormFile[]) =>
  sendForm(runtime.ready, '/api/media', formOf(files), tokenFor('media:create').headers);
const read = (path: string) => tokenFor('media:read').api.call('GET', path);

const isJson = ({ headers }: Pick<Answer, 'headers'>): void => {
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-request-id')).toBeTruthy();
};

beforeAll(async () => {
  runtime = await startRuntime();
  owner = client(runtime.ready);
  const login = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', {
    json: { email: runtime.ready.email, password: runtime.ready.password },
  });
  const person = client(runtime.ready, { authorization: `Bearer ${login.body.data.accessToken}` });
  for (const scope of ['media:read', 'media:create', 'media:delete', 'media:update'] as const) {
    const made = await person.call('POST', '/api/v1/api-keys', { json: { name: scope, scopes: [scope] } });
    const headers = { authorization: `Bearer ${made.body.data.key}` };
    tokens.set(scope, { api: client(runtime.ready, headers), headers });
  }
}, 120_000);
afterAll(() => runtime?.stop());

describe('upload media', () => {
  it.each<[string, string, string, () => Buffer | Promise<Buffer>]>([
    ['a.jpg', 'image/jpeg', 'image', () => photo(80, 60)],
    ['b.jpeg', 'image/jpeg', 'image', () => photo(60, 80)],
    ['c.png', 'image/png', 'image', () => transparentPng(40, 30)],
    ['d.gif', 'image/gif', 'image', () => animation('gif', 20, 20, 2)],
    ['e.pdf', 'application/pdf', 'file', () => onePage()],
    ['f.docx', DOCX, 'file', () => office(DOCX)],
    ['g.doc', 'application/msword', 'file', () => compound('WordDocument')],
    ['g.docx', 'application/msword', 'file', () => office(DOCX)],
    ['g.xls', 'application/vnd.ms-excel', 'file', () => compound('Workbook')],
    ['g.xlsx', 'application/vnd.ms-excel', 'file', () => office(XLSX)],
    ['h.mp4', 'video/mp4', 'video', () => isoMedia('mp42')],
    ['i.mp3', 'audio/mpeg', 'audio', () => mp3()],
  ])('stores %s as %s', async (name, type, kind, bytes) => {
    const content = await bytes();
    const answer = await upload({ name, type, bytes: content });
    expect([answer.status, answer.body.error]).toEqual([201, undefined]);
    isJson(answer);
    expect(Object.keys(answer.body)).toEqual(['data']);
    expect(Object.keys(answer.body.data)).toEqual(Object.keys(RECORD));
    expect(answer.body.data).toMatchObject({ name, type: kind, mime_type: type, size: content.length });
    expect(answer.body.data.url).toBe(`${runtime.ready.http}/${answer.body.data.path}`);
    expect(Buffer.from(await (await fetch(answer.body.data.url)).arrayBuffer())).toEqual(Buffer.from(content));
  });

  it('answers a picture with all that the reference shows of one', async () => {
    const { body } = await upload({ name: 'example.jpg', type: 'image/jpeg', bytes: await photo(800, 600) });
    expect(shapeOf(body)).toEqual(shapeOf({ data: RECORD }));
    expect(body.data).toMatchObject({ width: 800, height: 600, duration: null });
  });

  it('takes files larger than a function takes, up to the limit of their kind', async () => {
    const large = { name: 'large.txt', type: 'text/plain', bytes: Buffer.alloc(5 * 1024 * 1024, 'large ') };
    const stored = await upload(large);
    expect([stored.status, stored.body.data.size]).toEqual([201, large.bytes.length]);
    await tokenFor('media:delete').api.call('DELETE', `/api/media/${stored.body.data.id}`);

    const picture = { name: 'large.jpg', type: 'image/jpeg', bytes: Buffer.alloc(10 * 1024 * 1024 + 1) };
    const refused = await upload(picture);
    expect([refused.status, refused.body]).toEqual([413, { error: 'File too large: at most 10485760 bytes' }]);
  });

  it('takes one file, in the field that it is documented in', async () => {
    const file = { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('a') };
    expect(await upload(file, file)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    expect(await upload({ ...file, field: 'files' })).toMatchObject({
      status: 400,
      body: { error: 'No file uploaded' },
    });
  });
});

describe('list media', () => {
  it('answers the first ten, newest first, in the shape of the reference', async () => {
    const answer = await read('/api/media');
    expect(answer.status).toBe(200);
    isJson(answer);
    expect(Object.keys(answer.body)).toEqual(['data', 'meta']);
    expect(shapeOf(answer.body.meta)).toEqual(shapeOf({ total: 50, page: 1, page_size: 10 }));
    expect(answer.body.meta).toEqual({ total: 13, page: 1, page_size: 10 });
    expect(answer.body.data).toHaveLength(10);
    for (const record of answer.body.data) expect(Object.keys(record)).toEqual(Object.keys(RECORD));
    expect(answer.body.data[0].name).toBe('example.jpg');
  });

  it('answers page after page', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => read(`/api/media?page=${page}&page_size=4`)));
    expect(pages.map(({ body }) => body.data.length)).toEqual([4, 4, 4, 1]);
    expect(pages.map(({ body }) => body.meta)).toEqual([1, 2, 3, 4].map((page) => ({ total: 13, page, page_size: 4 })));
    const ids = pages.flatMap(({ body }) => body.data.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(13);
  });

  it.each([
    ['image', 5],
    ['video', 1],
    ['audio', 1],
    ['file', 6],
  ])('filters by the type %s', async (type, count) => {
    const { body } = await read(`/api/media?type=${type}`);
    expect(body.data.map((record: { type: string }) => record.type)).toEqual(Array(count).fill(type));
    expect(body.meta.total).toBe(count);
  });

  it('searches by file name, within a type as well', async () => {
    const found = async (query: string) => (await read(`/api/media?${query}`)).body.data;
    for (let tries = 0; tries < 200 && (await found('search=example')).length === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(await found('search=example')).toMatchObject([{ name: 'example.jpg' }]);
    expect(await found('search=example&type=video')).toEqual([]);
    expect(await found('search=nothing-like-it')).toEqual([]);
  });

  it('searches by file name alone, whatever other texts say', async () => {
    const json = { url: 'https://example.com/a.jpg', fileSize: 5, mimeType: 'image/jpeg' };
    const texts = { title: 'Narwhal', alt: 'a narwhal', caption: 'narwhal', description: 'narwhal' };
    await owner.call('POST', '/api/v1/media', { json: { ...json, filename: 'plain.jpg', ...texts } });
    await owner.call('POST', '/api/v1/media', { json: { ...json, filename: 'my_narwhal.jpg' } });
    const all = async () => (await owner.call('GET', '/api/v1/media?search=narwhal')).body.data.total;
    await eventually(async () => expect(await all()).toBe(2));
    const { body } = await read('/api/media?search=narwhal');
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['my_narwhal.jpg']);
    expect(body.meta.total).toBe(1);
  });

  it.each(['page=0', 'page=-1', 'page=one', 'page_size=0', 'page_size=101', 'type=document', 'limit=5'])(
    'refuses %s',
    async (query) => {
      const answer = await read(`/api/media?${query}`);
      expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['error']]);
      expect(answer.body.error).toContain('Invalid query parameters');
    },
  );
});

describe('get and delete media', () => {
  it('answers one record, and no more once it is deleted', async () => {
    const { body } = await upload({ name: 'gone.txt', type: 'text/plain', bytes: Buffer.from('gone') });
    const found = await read(`/api/media/${body.data.id}`);
    expect([found.status, found.body]).toEqual([200, body]);
    isJson(found);

    const remove = () => tokenFor('media:delete').api.call('DELETE', `/api/media/${body.data.id}`);
    const deleted = await remove();
    expect([deleted.status, deleted.body]).toEqual([204, '']);
    expect(deleted.headers.get('content-type')).toBeNull();
    expect(await read(`/api/media/${body.data.id}`)).toMatchObject({ status: 404, body: { error: 'Media not found' } });
    expect(await remove()).toMatchObject({ status: 404, body: { error: 'Media not found' } });
    expect((await owner.call('GET', '/api/v1/trash')).body.data.total).toBe(2);
  });
});

describe('the errors of the reference', () => {
  it('400 says that no file came', async () => {
    const api = tokenFor('media:create').api;
    for (const answer of [
      await upload(),
      await api.call('POST', '/api/media'),
      await api.call('POST', '/api/media', { json: {} }),
    ]) {
      expect([answer.status, answer.body]).toEqual([400, { error: 'No file uploaded' }]);
    }
  });

  it.each<[string, string, Buffer]>([
    ['a.svg', 'image/svg+xml', svg],
    ['page.png', 'image/png', html],
    ['page', '', html],
    ['archive.gz', 'application/gzip', Buffer.from('1f8b0800000000000003', 'hex')],
  ])('400 says that %s of type %j is none that is taken', async (name, type, bytes) => {
    const answer = await upload({ name, type, bytes });
    expect([answer.status, answer.body]).toEqual([400, { error: 'Invalid file type' }]);
  });

  const CALLS = [
    ['GET', '/api/media', 'media:read'],
    ['POST', '/api/media', 'media:create'],
    ['GET', '/api/media/x', 'media:read'],
    ['DELETE', '/api/media/x', 'media:delete'],
  ] as const;

  it.each(CALLS)('401 answers %s %s without a valid token', async (method, path, _) => {
    const cookies = (
      await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', {
        json: { email: runtime.ready.email, password: runtime.ready.password },
      })
    ).headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
    for (const headers of [
      {},
      { authorization: 'Bearer sk_live_nobody' },
      { authorization: 'Basic YTpi' },
      { cookie: cookies },
    ]) {
      const answer = await client(runtime.ready, headers as Record<string, string>).call(method, path);
      expect([answer.status, answer.body]).toEqual([401, { error: 'Missing or invalid API token' }]);
    }
  });

  it.each(CALLS)('403 answers %s %s when the token has another scope', async (method, path, needed) => {
    for (const [scope, { api }] of tokens) {
      if (scope === needed) continue;
      const answer = await api.call(method, path);
      expect([answer.status, answer.body]).toEqual([403, { error: 'Insufficient scope' }]);
    }
  });
});
