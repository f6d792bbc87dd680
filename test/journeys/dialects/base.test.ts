import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../../support/checks/library-check.ts';
import { errorShape, shapeOf } from '../../support/checks/shapes.ts';
import { browserName, openPage } from '../../support/drivers/browser.ts';
import { type Client, client } from '../../support/drivers/client.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { type Operator, operator } from '../../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { photo } from '../../support/fixtures/pictures.ts';

const MEDIA = '/base/api/media';

let runtime: Runtime;
let api: Client;
let ops: Operator;
let token: string;
let picture: Buffer;
beforeAll(async () => {
  runtime = await startRuntime();
  ops = operator(runtime.ready);
  const { email, password } = runtime.ready;
  const json = { email, password };
  token = (await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json })).body.data.accessToken;
  api = client(runtime.ready, { authorization: `Bearer ${token}` });
  picture = await photo(640, 480);
});
afterAll(() => runtime?.stop());

type Fields = Readonly<Record<string, string | File>>;
const formOf = (fields: Fields): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
const send = async (method: string, path: string, body: FormData | URLSearchParams) => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${runtime.ready.http}${path}`, { method, headers, body });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};
const textFile = (name = 'notes.txt', content = 'some words') => new File([content], name, { type: 'text/plain' });
const pictureFile = (name = 'photo.jpg') =>
  new File([picture as Uint8Array<ArrayBuffer>], name, { type: 'image/jpeg' });
const upload = (fields: Fields) => send('POST', MEDIA, formOf(fields));
const uploaded = async (fields: Fields) => (await upload(fields)).body;

describe('an upload', () => {
  it('with title and description answers the item', async () => {
    const answer = await upload({ file: pictureFile(), title: 'Sea', description: 'At noon' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    shapeOf('base', `POST ${MEDIA}`, answer.body);
    expect(answer.body).toMatchObject({
      ...{ title: 'Sea', description: 'At noon', filename: 'photo.jpg', mimeType: 'image/jpeg' },
      ...{ width: 640, height: 480, size: picture.length, tags: [] },
    });
    expect(answer.body.url).toBe(`${runtime.ready.http}/m/${answer.body.id}/photo.jpg`);
  });

  it('with fields left empty goes by the name of its file', async () => {
    expect(await uploaded({ file: textFile(), title: '', description: '' })).toMatchObject({
      title: 'notes.txt',
      description: null,
    });
  });

  it.each<[string, number, Fields]>([
    ['no file', 400, { title: 'x' }],
    ['an empty file', 400, { file: textFile('empty.txt', '') }],
    ['a field that is none', 400, { file: textFile(), owner: 'me' }],
    ['a type that is not taken', 415, { file: new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' }) }],
    ['what it is not', 400, { file: new File(['<html>'], 'a.png', { type: 'image/png' }) }],
  ])('of %s is refused', async (_, status, fields) => {
    const answer = await upload(fields);
    expect(answer.status).toBe(status);
    errorShape('base', answer.body);
  });
});

describe('the lists', () => {
  it('are pages with their number, or everything', async () => {
    for (const name of ['a', 'b', 'c']) await uploaded({ file: textFile(`${name}.txt`) });
    const page = await api.call('GET', `${MEDIA}?page=2&limit=2`);
    shapeOf('base', `GET ${MEDIA}`, page.body);
    const all = await api.call('GET', `${MEDIA}/all`);
    shapeOf('base', `GET ${MEDIA}/all`, all.body);
    const total = all.body.length;
    expect(page.body).toMatchObject({ total, page: 2, limit: 2, totalPages: Math.ceil(total / 2) });
    expect(page.body.items).toEqual(all.body.slice(2, 4));
    expect((await api.call('GET', MEDIA)).body).toMatchObject({ page: 1, limit: 10 });
  });

  it('find items by title, description and tags', async () => {
    const said = { title: 'Ocelot', description: 'an ocelot', tags: 'ocelot' };
    const ids: string[] = [];
    for (const [name, words] of Object.entries(said)) {
      ids.push((await uploaded({ file: textFile(`by-${name}.txt`), [name]: words })).id);
    }
    await eventually(async () => {
      const { items } = (await api.call('GET', `${MEDIA}?search=ocelot`)).body;
      expect(items.map(({ id }: { id: string }) => id).toReversed()).toEqual(ids);
    });
  });

  it.each(['page=0', 'limit=0', 'limit=101', 'limit=ten', 'offset=1'])('refuse %s', async (query) => {
    const answer = await api.call('GET', `${MEDIA}?${query}`);
    expect(answer.status).toBe(400);
    errorShape('base', answer.body);
  });
});

describe('an item', () => {
  it('is changed by JSON and by either kind of form', async () => {
    const { id } = await uploaded({ file: textFile(), description: 'first' });
    const path = `${MEDIA}/${id}`;
    const byJson = await api.call('PUT', path, { json: { title: 'One', tags: ['Sea', 'Sun'] } });
    shapeOf('base', `PUT ${MEDIA}/{id}`, byJson.body);
    expect(byJson.body).toMatchObject({ title: 'One', description: 'first', tags: ['Sea', 'Sun'] });
    const fields: [string, string][] = [
      ['title', 'Two'],
      ['tags', 'Sun'],
      ['tags', 'Wind'],
    ];
    const byFields = await send('PUT', path, new URLSearchParams(fields));
    expect(byFields.body).toMatchObject({ title: 'Two', tags: ['Sun', 'Wind'] });
    const byForm = await send('PUT', path, formOf({ title: 'Three', description: '' }));
    expect([byForm.status, byForm.body]).toMatchObject([200, { title: 'Three', description: null }]);
    expect((await api.call('GET', path)).body).toEqual(byForm.body);
  });

  it('is not changed by what it has not', async () => {
    const { id } = await uploaded({ file: textFile() });
    for (const answer of [
      await api.call('PUT', `${MEDIA}/${id}`, { json: { filename: 'other' } }),
      await send('PUT', `${MEDIA}/${id}`, formOf({ file: textFile() })),
    ]) {
      expect(answer.status).toBe(400);
      errorShape('base', answer.body);
    }
  });

  it.each([
    ['a picture', () => ({ file: pictureFile(), title: 'Sea', description: 'At noon', tags: '["Sun", "Sea"]' })],
    ['a text without a title', () => ({ file: textFile('plain.txt') })],
    ['an item whose file was removed', () => ({ file: textFile('gone.txt'), title: 'Gone' })],
  ])('may be sent back as it was read: %s', async (kind, fields) => {
    const { id } = await uploaded(fields());
    const path = `${MEDIA}/${id}`;
    if (kind.endsWith('removed')) await api.call('DELETE', `${path}/file`);
    const before = (await api.call('GET', path)).body;
    const same = await api.call('PUT', path, { json: before });
    expect([same.status, { ...same.body, updatedAt: before.updatedAt }]).toEqual([200, before]);
    const titled = await api.call('PUT', path, { json: { ...same.body, title: 'Another' } });
    expect([titled.status, titled.body]).toEqual([
      200,
      { ...before, title: 'Another', updatedAt: titled.body.updatedAt },
    ]);
    const sent = Object.entries(titled.body as Record<string, unknown>).filter(([name]) => name !== 'tags');
    const pairs = sent.map(([name, value]): [string, string] => [name, String(value ?? '')]);
    const form = await send('PUT', path, new URLSearchParams(pairs));
    expect([form.status, form.body.title]).toEqual([200, 'Another']);
  });

  it('keeps no title of its own when it is sent back as it was read', async () => {
    const item = await uploaded({ file: textFile('plain.txt') });
    await api.call('PUT', `${MEDIA}/${item.id}`, { json: item });
    expect((await api.call('GET', `/api/v1/media/${item.id}`)).body.data.title).toBeNull();
  });

  it.each([
    ['id', 'another'],
    ['url', 'https://a.example/a.jpg'],
    ['filename', 'other.jpg'],
    ['mimeType', 'image/png'],
    ['size', 1],
    ['width', 1],
    ['height', null],
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['updatedAt', '2020-01-01T00:00:00.000Z'],
  ])('is not changed by another %s', async (name, value) => {
    const item = await uploaded({ file: pictureFile() });
    const answer = await api.call('PUT', `${MEDIA}/${item.id}`, { json: { ...item, title: 'x', [name]: value } });
    expect([answer.status, answer.body]).toEqual([400, { error: `Invalid request body: ${name}: Cannot be changed` }]);
    expect((await api.call('GET', `${MEDIA}/${item.id}`)).body).toEqual(item);
  });

  it('is deleted with a message, and missing from then on', async () => {
    const { id } = await uploaded({ file: textFile() });
    const deleted = await api.call('DELETE', `${MEDIA}/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, { message: 'Media deleted successfully' }]);
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['DELETE', '/file'],
    ] as const) {
      const answer = await api.call(method, `${MEDIA}/${id}${path}`, method === 'PUT' ? { json: {} } : {});
      expect([method, answer.status, answer.body]).toEqual([method, 404, { error: 'Media not found' }]);
    }
    expect((await send('PUT', `${MEDIA}/${id}/file`, formOf({ file: textFile() }))).status).toBe(404);
  });
});

describe('the file of an item', () => {
  it('is replaced behind the same address, and no picture of the old one is shown again', async () => {
    const { id, url } = await uploaded({ file: pictureFile(), title: 'Sea' });
    const before = await (await fetch(`${url}?w=64&format=png`)).arrayBuffer();
    picture = await photo(300, 200);
    const answer = await send('PUT', `${MEDIA}/${id}/file`, formOf({ file: pictureFile('other.jpg') }));
    expect(answer.status).toBe(200);
    shapeOf('base', `PUT ${MEDIA}/{id}/file`, answer.body);
    expect(answer.body).toMatchObject({ id, url, title: 'Sea', filename: 'other.jpg', width: 300, height: 200 });
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(picture)).toBe(true);
    const after = await (await fetch(`${url}?w=64&format=png`)).arrayBuffer();
    expect(Buffer.from(after).equals(Buffer.from(before))).toBe(false);
  });

  it('is kept when the next one is refused', async () => {
    const item = await uploaded({ file: textFile() });
    const page = new File(['<html>'], 'a.png', { type: 'image/png' });
    const refused = await send('PUT', `${MEDIA}/${item.id}/file`, formOf({ file: page }));
    expect(refused.status).toBe(400);
    errorShape('base', refused.body);
    expect((await api.call('GET', `${MEDIA}/${item.id}`)).body).toEqual(item);
    expect(await (await fetch(item.url)).text()).toBe('some words');
  });

  it('is removed while the item stays, in the words of every API', async () => {
    const { id, url } = await uploaded({ file: pictureFile(), title: 'Sea' });
    const usage = (await api.call('GET', '/api/v1/usage')).body.data;
    const removed = await api.call('DELETE', `${MEDIA}/${id}/file`);
    expect(removed.status).toBe(200);
    shapeOf('base', `DELETE ${MEDIA}/{id}/file`, removed.body);
    expect(removed.body).toMatchObject({ id, url: null, size: 0, width: null, title: 'Sea', filename: 'photo.jpg' });
    expect((await api.call('DELETE', `${MEDIA}/${id}/file`)).body).toEqual(removed.body);
    expect((await api.call('GET', `/api/v1/media/${id}`)).body.data).toMatchObject({ url: null, renditions: {} });
    expect((await api.call('GET', `/api/media/${id}`)).body.data).toMatchObject({ url: null, size: 0 });
    expect((await api.call('GET', `/v1/media/files/${id}`)).body.data).toMatchObject({ url: null, size: 0 });
    for (const path of [url, `${url}?w=64`, `/v1/media/files/${id}/download`]) {
      expect((await api.call('GET', path)).status).toBe(404);
    }
    const after = (await api.call('GET', '/api/v1/usage')).body.data;
    expect(after).toMatchObject({ bytes: usage.bytes - picture.length, counts: usage.counts });
    const again = await send('PUT', `${MEDIA}/${id}/file`, formOf({ file: textFile() }));
    expect(again.body).toMatchObject({ url, title: 'Sea', filename: 'notes.txt', size: 10 });
    await libraryHolds(ops);
  });
});

describe('a caller who may not', () => {
  it('is told so', async () => {
    const stranger = await client(runtime.ready, {}).call('GET', MEDIA);
    expect([stranger.status, stranger.body]).toEqual([401, { error: 'Unauthorized' }]);
    const json = { name: 'reader', scopes: ['media:read'] };
    const { key } = (await api.call('POST', '/api/v1/api-keys', { json })).body.data;
    const reader = client(runtime.ready, { authorization: `Bearer ${key}` });
    const { id } = await uploaded({ file: textFile() });
    const refused = await reader.call('PUT', `${MEDIA}/${id}`, { json: { title: 'x' } });
    expect(refused.status).toBe(403);
    errorShape('base', refused.body);
  });
});

const withBrowser = browserName ? describe : describe.skip;
withBrowser('a page in a browser (skipped where there is no Chromium)', () => {
  it('uploads by its form and shows what is listed', async () => {
    const page = await openPage(`${runtime.ready.http}${MEDIA}`);
    try {
      const shown = await page.run<{ id: string; sizes: number[]; titles: string[] }>(`(async () => {
        localStorage.setItem('token', ${JSON.stringify(token)});
        const headers = { Authorization: 'Bearer ' + localStorage.getItem('token') };
        const bytes = Uint8Array.from(atob(${JSON.stringify(picture.toString('base64'))}), (letter) => letter.charCodeAt(0));
        document.body.innerHTML = '<form><input type="file" name="file"><input name="title"><input name="description"></form>';
        const form = document.querySelector('form');
        const picked = new DataTransfer();
        picked.items.add(new File([bytes], 'page.jpg', { type: 'image/jpeg' }));
        form.file.files = picked.files;
        form.title.value = 'From a page';
        const created = await fetch('${MEDIA}', { method: 'POST', body: new FormData(form), headers });
        const { id } = await created.json();
        const { items } = await (await fetch('${MEDIA}?page=1&limit=10', { headers })).json();
        const image = new Image();
        image.src = items[0].url;
        await image.decode();
        return { id, sizes: [image.naturalWidth, image.naturalHeight], titles: items.map(({ title }) => title) };
      })()`);
      expect(shown.titles[0]).toBe('From a page');
      expect(shown.sizes).toEqual([300, 200]);
      expect((await api.call('GET', `${MEDIA}/${shown.id}`)).body).toMatchObject({
        filename: 'page.jpg',
        description: null,
      });
    } finally {
      await page.close();
    }
  });
});
