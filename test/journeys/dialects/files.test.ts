import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorShape, shapeOf } from '../../support/checks/shapes.ts';
import { type Client, client } from '../../support/drivers/client.ts';
import { operator } from '../../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { html } from '../../support/fixtures/hostile-files.ts';
import { compound } from '../../support/fixtures/least-files.ts';
import { pdf, picturePage, textPage } from '../../support/fixtures/pdf.ts';
import { photo } from '../../support/fixtures/pictures.ts';
import { ENGLISH, writtenPixels } from '../../support/fixtures/written.ts';

/** The API that the reference `files` describes, as a guest calls it: what it sends, and what it shows of each answer. */
let runtime: Runtime;
let token: string;
let api: Client;

const UPLOAD = '/v1/media/upload';
const FILES = '/v1/media/files';

const login = async () => {
  const { status, body } = await client(runtime.ready, {}).call('POST', '/llm/auth/guest-login');
  expect([status, typeof body.access_token]).toEqual([200, 'string']);
  return body.access_token as string;
};

beforeAll(async () => {
  runtime = await startRuntime();
  token = await login();
  api = client(runtime.ready, { authorization: `Bearer ${token}` });
}, 120_000);
afterAll(() => runtime?.stop());

type Fields = readonly (readonly [name: string, value: string | File])[];
const file = (name: string, type: string, bytes: Uint8Array | string) =>
  new File([bytes as Uint8Array<ArrayBuffer>], name, { type });
const notes = (name = 'document.txt') => file(name, 'text/plain', 'twelve words');

const send = async (fields: Fields, by = token) => {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  const headers = { authorization: `Bearer ${by}` };
  const response = await fetch(`${runtime.ready.http}${UPLOAD}`, { method: 'POST', headers, body: form });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const uploaded = async (of: File, ...fields: Fields) => {
  const answer = await send([['file', of], ...fields]);
  expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
  shapeOf('files', `POST ${UPLOAD}`, answer.body);
  return answer.body.data;
};
const post = (id: string, what: string, json: unknown) => api.call('POST', `${FILES}/${id}/${what}`, { json });

describe('an upload', () => {
  it('of a file answers 200 with its id, url, size and type', async () => {
    const data = await uploaded(notes());
    expect(data).toMatchObject({ filename: 'document.txt', size: 12, mime_type: 'text/plain', tags: [] });
    expect(await (await fetch(data.url)).text()).toBe('twelve words');
  });

  it('has filename, description, visibility and tags, in a field each or as JSON', async () => {
    const said = { filename: 'vacation_photo.jpg', description: 'Summer vacation photo', visibility: 'private' };
    const picture = file('photo.jpg', 'image/jpeg', await photo(320, 200));
    const fields = Object.entries(said);
    const each = ['vacation', 'beach', '2025'].map((tag) => ['tags', tag] as const);
    expect(await uploaded(picture, ...fields, ...each)).toMatchObject({ ...said, tags: ['vacation', 'beach', '2025'] });
    const asJson = await uploaded(picture, ...fields, ['tags', JSON.stringify(['vacation', 'beach'])]);
    expect(asJson).toMatchObject({ ...said, tags: ['vacation', 'beach'] });
  });

  it.each<[string, () => File]>([
    ['a type that is not taken', () => file('a.svg', 'image/svg+xml', '<svg/>')],
    ['an archive without a type', () => file('a.gz', '', Buffer.from('1f8b0800000000000003', 'hex'))],
    ['a program by its name', () => file('setup.exe', '', 'text')],
    ['a page that calls itself a picture', () => file('a.png', 'image/png', html)],
    ['nothing', () => file('empty.txt', 'text/plain', '')],
  ])('of %s is 400 with a detail', async (_, bad) => {
    const before = await operator(runtime.ready).library();
    const { status, body } = await send([['file', bad()]]);
    expect([status, body]).toEqual([400, { detail: expect.any(String) }]);
    errorShape('files', body);
    expect(await operator(runtime.ready).library()).toEqual(before);
  });

  it('without a file names the field that it belongs in', async () => {
    expect(await send([['description', 'x']])).toMatchObject({
      status: 400,
      body: { detail: "No files uploaded: send them in the field 'file'" },
    });
    const { body } = await send([['files', notes()]]);
    expect(body.detail).toBe("No files uploaded: send them in the field 'file', not in 'files'");
  });

  it('that is too large is 413 with the limit', async () => {
    const large = file('a.txt', 'text/plain', Buffer.alloc(20 * 1024 ** 2 + 1, 'a'));
    const { status, body } = await send([['file', large]]);
    expect([status, body.detail]).toEqual([413, expect.stringContaining('at most 20971520')]);
  });
});

describe('a file', () => {
  it('is answered with name, size, type, time and address, and listed as sort, limit and offset say', async () => {
    const made = await uploaded(notes('listed.txt'));
    const found = await api.call('GET', `${FILES}/${made.id}`);
    expect([found.status, found.body]).toEqual([200, { data: made }]);
    const all = (await api.call('GET', FILES)).body.data;
    expect(all[0]).toEqual(made);
    const page = await api.call('GET', `${FILES}?limit=2&offset=1&sort=-created_at`);
    shapeOf('files', `GET ${FILES}`, page.body);
    expect(page.body.data).toEqual(all.slice(1, 3));
    const oldest = await api.call('GET', `${FILES}?sort=created_at&limit=1`);
    expect(oldest.body.data).toEqual([all.at(-1)]);
  });

  it('is downloaded and streamed with the same token', async () => {
    const { id } = await uploaded(notes());
    for (const word of ['download', 'stream']) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${runtime.ready.http}${FILES}/${id}/${word}`, { headers });
      expect([answer.status, await answer.text()]).toEqual([200, 'twelve words']);
      const attached = answer.headers.get('content-disposition')?.startsWith('attachment');
      expect([word, attached]).toEqual([word, word === 'download']);
    }
  });

  it('has description, tags and visibility that can be changed', async () => {
    const { id } = await uploaded(notes());
    const json = { description: 'Updated description', tags: ['important', '2025'], visibility: 'shared' };
    const { status, body } = await api.call('PATCH', `${FILES}/${id}`, { json });
    expect([status, body.data]).toMatchObject([200, { id, filename: 'document.txt', ...json }]);
  });

  it('is deleted with 204, many at once with their number', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map(async (name) => (await uploaded(notes(`${name}.txt`))).id));
    const gone = await api.call('DELETE', `${FILES}/${ids[0]}`);
    expect([gone.status, gone.body]).toEqual([204, '']);
    expect(await api.call('GET', `${FILES}/${ids[0]}`)).toMatchObject({
      status: 404,
      body: { detail: 'Media not found' },
    });
    const json = { file_ids: ids };
    const many = await api.call('POST', `${FILES}/bulk-delete`, { json });
    expect([many.status, many.body]).toEqual([200, { data: { deleted_count: 2 } }]);
  });

  it('that a guest deletes frees the quota at once', async () => {
    const guest = client(runtime.ready, { authorization: `Bearer ${await login()}` });
    const by = (await login()) as string;
    const own = client(runtime.ready, { authorization: `Bearer ${by}` });
    const bytes = async (of: Client) => (await of.call('GET', '/api/v1/usage')).body.data;
    const empty = await bytes(guest);
    const ids = [];
    for (const name of ['one.txt', 'two.txt']) ids.push((await send([['file', notes(name)]], by)).body.data.id);
    expect((await bytes(own)).bytes).toBe(24);
    await own.call('DELETE', `${FILES}/${ids[0]}`);
    expect((await bytes(own)).bytes).toBe(12);
    await own.call('POST', `${FILES}/bulk-delete`, { json: { file_ids: ids } });
    expect(await bytes(own)).toEqual(empty);
  });
});

describe('a preview', () => {
  it('is a thumbnail in three sizes, with its width and height', async () => {
    const { id } = await uploaded(file('large.jpg', 'image/jpeg', await photo(1500, 1000)));
    for (const [size, width, height] of [
      ['small', 160, 107],
      ['medium', 480, 320],
      ['large', 1280, 853],
    ] as const) {
      const { status, body } = await post(id, 'preview', { format: 'thumbnail', size });
      shapeOf('files', `POST ${FILES}/{id}/preview`, body);
      expect([status, body.data]).toMatchObject([200, { width, height }]);
      const shown = await fetch(body.data.preview_url);
      expect([shown.status, shown.headers.get('content-type')?.split('/')[0]]).toEqual([200, 'image']);
    }
  });
});

describe('an analysis', () => {
  it.each<[string, string, () => Uint8Array | string | Promise<Uint8Array>, string]>([
    ['a.txt', 'text/plain', () => 'twelve words', 'txt'],
    ['a.doc', 'application/msword', () => compound('WordDocument'), 'doc'],
    ['a.xls', 'application/vnd.ms-excel', () => compound('Workbook'), 'xls'],
    ['a.jpg', 'image/jpeg', () => photo(80, 60), 'jpg'],
  ])('of %s tells file_type, content_type and metadata', async (name, type, bytes, ending) => {
    const { id } = await uploaded(file(name, type, await bytes()));
    const { status, body } = await post(id, 'analyze', { analyses: ['file_type', 'content_type', 'metadata'] });
    shapeOf('files', `POST ${FILES}/{id}/analyze`, body);
    expect([status, body.data]).toMatchObject([
      200,
      { file_type: ending, content_type: type, metadata: { filename: name } },
    ]);
  });

  it('has what was asked alone, and a text in place of a list is told so', async () => {
    const { id } = await uploaded(notes());
    expect((await post(id, 'analyze', { analyses: ['content_type'] })).body).toEqual({
      data: { content_type: 'text/plain' },
    });
    const { status, body } = await post(id, 'analyze', { analyses: 'metadata' });
    expect([status, body]).toEqual([
      400,
      { detail: 'Invalid request body: analyses: Expected array, received string' },
    ]);
  });
});

describe('the text of a file', () => {
  it.each(['auto', 'en', 'es', 'fr'])(
    'is answered for the language %s, with and without its lines',
    async (language) => {
      const { id } = await uploaded(notes());
      for (const preserve_formatting of [true, false]) {
        const { status, body } = await post(id, 'extract-text', { language, preserve_formatting });
        shapeOf('files', `POST ${FILES}/{id}/extract-text`, body);
        expect([status, body.data.text]).toEqual([200, 'twelve words']);
      }
    },
  );

  it('that takes longer than a call waits is answered as far as it is read', async () => {
    const scanned = picturePage(await writtenPixels(ENGLISH));
    const pages = [
      textPage([{ x: 72, y: 700, size: 12, text: 'A page of text' }]),
      ...Array.from({ length: 12 }, () => scanned),
    ];
    const { id } = await uploaded(file('scan.pdf', 'application/pdf', pdf(pages)));
    const { status, body } = await post(id, 'extract-text', { language: 'en' });
    shapeOf('files', `POST ${FILES}/{id}/extract-text`, body);
    expect(body.data.text).toContain('A page of text');
    if (status !== 200) expect([status, body.data.status]).toEqual([202, 'processing']);
  }, 60_000);
});
