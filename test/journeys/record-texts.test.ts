import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEM_TEXTS } from '../../functions/dialects/base/item-texts.ts';
import { FILE_TEXTS } from '../../functions/dialects/files/file-texts.ts';
import { NO_RECORD_TEXTS, RECORD_TEXTS, TEXT_NAMES, type TextName } from '../../functions/domain/record-fields.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { jsonLines, startCommand } from '../support/drivers/command.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { sendForm, sessionOf, uppyClient } from '../support/drivers/uppy-client.ts';

/** Every text of the list, in every way into a record and out of it. */
let runtime: Runtime;
let api: Client;
let headers: Record<string, string>;
let hook: Server;
const told: { type: string; data: Record<string, unknown> }[] = [];

beforeAll(async () => {
  hook = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    told.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  runtime = await startRuntime(['--memory', '-c', 'webhooksToLoopback=true']);
  api = client(runtime.ready);
  headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
  const { email, password } = runtime.ready;
  const login = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
  const person = client(runtime.ready, { authorization: `Bearer ${login.body.data.accessToken}` });
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
  expect((await person.call('POST', '/api/v1/webhooks', { json: { url } })).status).toBe(201);
}, 240_000);
afterAll(async () => {
  hook.closeAllConnections();
  hook.close();
  await runtime?.stop();
});

const bytes = Buffer.from('a few words');
const plain = { type: 'text/plain', bytes };
const elsewhere = { url: 'https://example.com/a.txt', filename: 'a.txt', fileSize: 1, mimeType: 'text/plain' };

const record = async (id: string) => (await api.call('GET', `/api/v1/media/${id}`)).body.data;
const shownBy = {
  files: async (id: string) => (await api.call('GET', `/v1/media/files/${id}`)).body.data,
  base: async (id: string) => (await api.call('GET', `/base/api/media/${id}`)).body,
};
const form = (fields: Readonly<Record<string, string>>, file = true): FormData => {
  const filled = new FormData();
  for (const [name, value] of Object.entries(fields)) filled.append(name, value);
  if (file) filled.append('file', new File([bytes as Uint8Array<ArrayBuffer>], 'form.txt', { type: 'text/plain' }));
  return filled;
};
const send = async (method: string, path: string, body: FormData) => {
  const response = await fetch(`${runtime.ready.http}${path}`, { method, headers, body });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
/** What an API shows of a text: nothing where it does not have it. */
const shown = (names: readonly TextName[], name: TextName, value: unknown) =>
  names.includes(name) ? { [name]: value } : {};
const ofTexts = (answer: Record<string, unknown>, name: TextName) => (name in answer ? { [name]: answer[name] } : {});

describe.each(TEXT_NAMES)('the text %s', (name) => {
  const { longest, found } = RECORD_TEXTS[name];
  const word = `lantern${name}`;
  const texts = { ...NO_RECORD_TEXTS, [name]: word };
  const tooLong = { [name]: 'x'.repeat(longest + 1) };
  const longestFits = { [name]: 'x'.repeat(longest) };

  it('is taken by a record that is made by JSON, and shown by every API that has it', async () => {
    const made = await api.call('POST', '/api/v1/media', { json: { ...elsewhere, [name]: word } });
    expect([made.status, made.body.data]).toMatchObject([201, texts]);
    expect(await record(made.body.data.id)).toMatchObject(texts);
    const { id } = made.body.data;
    expect(ofTexts(await shownBy.files(id), name)).toEqual(shown(FILE_TEXTS, name, word));
    expect(ofTexts(await shownBy.base(id), name)).toEqual(shown(ITEM_TEXTS, name, word));
    const list = (await api.call('GET', '/api/v1/media?limit=1')).body.data.data;
    expect(list).toMatchObject([{ id, ...texts }]);
    const refused = await api.call('POST', '/api/v1/media', { json: { ...elsewhere, ...tooLong } });
    expect([refused.status, refused.body.details.errors]).toMatchObject([400, [{ code: 'too_big', path: [name] }]]);
  });

  it.each<[string, string, readonly TextName[]]>([
    ['files', '/v1/media/upload', FILE_TEXTS],
    ['base', '/base/api/media', ITEM_TEXTS],
  ])('is taken by a form of %s that has it', async (_, path, names) => {
    const { status, body } = await send('POST', path, form({ [name]: word }));
    if (!names.includes(name)) return expect(status).toBe(400);
    const { id } = body.data ?? body;
    expect(status).toBe(path === '/base/api/media' ? 201 : 200);
    expect(await record(id)).toMatchObject(texts);
    expect((await send('POST', path, form(tooLong))).status).toBe(400);
    const left = (await send('POST', path, form({ [name]: '' }))).body;
    expect((await record((left.data ?? left).id))[name]).toBeNull();
  });

  it('is taken by an upload session, whose record has it', async () => {
    const { mediaId } = await api.upload({ name: 'put.txt', ...plain, declare: longestFits });
    expect(await record(mediaId)).toMatchObject({ ...NO_RECORD_TEXTS, ...longestFits });
    const refused = await api.announce({ name: 'put.txt', ...plain, declare: tooLong });
    expect([refused.status, refused.body.details.errors]).toMatchObject([400, [{ code: 'too_big', path: [name] }]]);
    const declare = { replaces: mediaId, [name]: word };
    expect((await api.announce({ name: 'put.txt', ...plain, declare })).status).toBe(400);
  });

  it('is taken by a form that Uppy sends', async () => {
    const uppy = uppyClient(api, `${runtime.ready.http}/api/v1/uppy`);
    const file = { filename: 'uppy.txt', type: 'text/plain' };
    const { body } = await uppy.params({ ...file, metadata: { [name]: word } });
    expect((await sendForm(body, bytes)).status).toBe(201);
    const { mediaId } = await api.outcome(sessionOf(body.fields.key));
    expect(await record(mediaId)).toMatchObject(texts);
    expect((await uppy.params({ ...file, metadata: tooLong })).status).toBe(400);
  });

  it('is changed and emptied, and refused when it is too long, by every API that has it', async () => {
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    const edits = [
      ...[['PATCH', `/api/v1/media/${id}`, true] as const],
      ...[['PATCH', `/v1/media/files/${id}`, FILE_TEXTS.some((each) => each === name)] as const],
      ...[['PUT', `/base/api/media/${id}`, ITEM_TEXTS.some((each) => each === name)] as const],
    ];
    for (const [method, path, has] of edits) {
      const before = await record(id);
      const answers = [];
      for (const json of [{ [name]: word }, tooLong, { [name]: null }]) {
        answers.push((await api.call(method, path, { json })).status, (await record(id))[name]);
      }
      expect([path, answers]).toEqual([
        path,
        has ? [200, word, 400, word, 200, null] : [400, null, 400, null, 400, null],
      ]);
      expect((await record(id)).version).toBe(before.version + (has ? 2 : 0));
    }
    if (!ITEM_TEXTS.some((each) => each === name)) return;
    for (const value of [word, '']) {
      expect((await send('PUT', `/base/api/media/${id}`, form({ [name]: value }, false))).status).toBe(200);
      expect((await record(id))[name]).toBe(value || null);
    }
  });

  it('is found by search from the start of a word, and inside one where its rules say so', async () => {
    const unique = `zq${name}harbour`;
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    await api.call('PATCH', `/api/v1/media/${id}`, { json: { [name]: `The ${unique}` } });
    const finds = async (path: string, text: string) => {
      const { body } = await api.call('GET', `${path}?search=${text}`);
      return (body.data?.data ?? body.items).map((each: { id: string }) => each.id);
    };
    for (const path of ['/api/v1/media', '/base/api/media']) {
      await eventually(async () => expect(await finds(path, unique.slice(0, -3))).toEqual([id]));
      expect(await finds(path, `${name}harbour`)).toEqual(found === 'inside words' ? [id] : []);
    }
    await api.call('PATCH', `/api/v1/media/${id}`, { json: { [name]: null } });
    await eventually(async () => expect(await finds('/api/v1/media', unique)).toEqual([]));
  });

  it('stays when the file is replaced, a version comes back, and the record goes to the trash and returns', async () => {
    const { mediaId: id } = await api.upload({ name: 'first.txt', ...plain, declare: { [name]: word } });
    expect((await send('PUT', `/base/api/media/${id}/file`, form({}))).status).toBe(200);
    expect(await record(id)).toMatchObject({ ...texts, filename: 'form.txt' });
    const versions = (await api.call('GET', `/api/v1/media/${id}/versions`)).body.data;
    const old = versions.find(({ current }: { current: boolean }) => !current);
    const restored = await api.call('POST', `/api/v1/media/${id}/versions/${old.id}/restore`);
    expect(restored.body.data).toMatchObject({ ...texts, filename: 'first.txt' });
    expect((await api.call('DELETE', `/api/v1/media/${id}`)).status).toBe(200);
    expect((await api.call('GET', '/api/v1/trash?limit=1')).body.data.data).toMatchObject([{ id, ...texts }]);
    expect((await api.call('POST', `/api/v1/media/${id}/restore`)).body.data).toMatchObject(texts);
    expect((await api.call('DELETE', `/base/api/media/${id}/file`)).status).toBe(200);
    expect(await record(id)).toMatchObject({ ...texts, url: null });
  });

  it('is in the events of its record and in what webhooks are sent', async () => {
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    await api.call('PATCH', `/api/v1/media/${id}`, { json: { [name]: word } });
    await eventually(async () => {
      const { events } = (await api.call('GET', '/api/v1/events?channel=media&limit=500')).body.data;
      for (const heard of [events, told] as { data: Record<string, unknown> }[][]) {
        const own = heard.flatMap(({ data }) => (data.id === id ? [data] : []));
        expect(own).toMatchObject([NO_RECORD_TEXTS, texts]);
      }
    }, 30_000);
  });
});

describe('the command line', () => {
  it('sends every text along with files, changes it, and shows it', async () => {
    const home = await mkdtemp(join(tmpdir(), 'mediashelf-texts-'));
    const env = { MEDIASHELF_URL: runtime.ready.http, MEDIASHELF_KEY: runtime.ready.apiKey };
    const run = async (...words: string[]) => {
      const { code, out } = await startCommand(home, [...words, '--json'], { env }).ended;
      expect(code).toBe(0);
      return jsonLines(out);
    };
    const flags = (value: (name: TextName) => string) => TEXT_NAMES.flatMap((name) => [`--${name}`, value(name)]);
    try {
      await writeFile(join(home, 'note.txt'), 'words of the command line');
      const [{ mediaId }] = await run('upload', join(home, 'note.txt'), ...flags((name) => `old ${name}`));
      for (const name of TEXT_NAMES) expect((await record(mediaId))[name]).toBe(`old ${name}`);
      await run('edit', mediaId, ...flags((name) => (name === 'title' ? '' : `new ${name}`)));
      const [info] = await run('get', mediaId, '--info');
      for (const name of TEXT_NAMES) expect(info[name]).toBe(name === 'title' ? null : `new ${name}`);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }, 120_000);
});
