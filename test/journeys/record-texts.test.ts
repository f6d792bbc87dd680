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
/** The texts that an answer has, however it names its other fields. */
const textsOf = (answer: Record<string, unknown>) =>
  Object.fromEntries(TEXT_NAMES.flatMap((name) => (name in answer ? [[name, answer[name]]] : [])));

type Texts = Partial<Record<TextName, string | null>>;
const each = <Value>(value: (name: TextName) => Value, names: readonly TextName[] = TEXT_NAMES) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<TextName, Value>;
const word = (name: TextName): string => `lantern${name}`;
const tooLong = (name: TextName): Texts => ({ [name]: 'x'.repeat(RECORD_TEXTS[name].longest + 1) });

const WORDS = each(word);
const LONGEST = each((name) => 'x'.repeat(RECORD_TEXTS[name].longest));

describe('every text of a record', () => {
  it('is taken by a record that is made by JSON, and shown by every API that has it', async () => {
    const made = await api.call('POST', '/api/v1/media', { json: { ...elsewhere, ...WORDS } });
    expect([made.status, made.body.data]).toMatchObject([201, WORDS]);
    const { id } = made.body.data;
    expect(await record(id)).toMatchObject(WORDS);
    expect(textsOf(await shownBy.files(id))).toEqual(each(word, FILE_TEXTS));
    expect(textsOf(await shownBy.base(id))).toEqual(each(word, ITEM_TEXTS));
    expect((await api.call('GET', '/api/v1/media?limit=1')).body.data.data).toMatchObject([{ id, ...WORDS }]);
  });

  it('is empty in a record that is made without it', async () => {
    const { body } = await api.call('POST', '/api/v1/media', { json: elsewhere });
    expect(await record(body.data.id)).toMatchObject(NO_RECORD_TEXTS);
  });

  it.each(TEXT_NAMES)('is refused when it is too long: %s of a record and of an upload', async (name) => {
    const path = ['/api/v1/media', { ...elsewhere, ...tooLong(name) }] as const;
    const declared = await api.announce({ name: 'put.txt', ...plain, declare: tooLong(name) });
    for (const { status, body } of [await api.call('POST', path[0], { json: path[1] }), declared]) {
      expect([status, body.details.errors]).toMatchObject([400, [{ code: 'too_big', path: [name] }]]);
    }
    const replaced = { replaces: crypto.randomUUID(), [name]: word(name) };
    expect((await api.announce({ name: 'put.txt', ...plain, declare: replaced })).status).toBe(400);
  });

  it.each<[string, string, readonly TextName[]]>([
    ['files', '/v1/media/upload', FILE_TEXTS],
    ['base', '/base/api/media', ITEM_TEXTS],
  ])('is taken by a form of %s that has it', async (_, path, names) => {
    const sent = await send('POST', path, form(each(word, names)));
    expect(sent.status).toBe(path === '/base/api/media' ? 201 : 200);
    expect(await record((sent.body.data ?? sent.body).id)).toMatchObject({ ...NO_RECORD_TEXTS, ...each(word, names) });
    for (const name of TEXT_NAMES) {
      const fields = names.includes(name) ? tooLong(name) : { [name]: word(name) };
      expect([name, (await send('POST', path, form(fields as Record<string, string>))).status]).toEqual([name, 400]);
    }
    const left = (await send('POST', path, form(each(() => '', names)))).body;
    expect(await record((left.data ?? left).id)).toMatchObject(NO_RECORD_TEXTS);
  });

  it('is taken by an upload session, whose record has it', async () => {
    const { mediaId } = await api.upload({ name: 'put.txt', ...plain, declare: LONGEST });
    expect(await record(mediaId)).toMatchObject(LONGEST);
  });

  it('is taken by a form that Uppy sends', async () => {
    const uppy = uppyClient(api, `${runtime.ready.http}/api/v1/uppy`);
    const file = { filename: 'uppy.txt', type: 'text/plain' };
    const { body } = await uppy.params({ ...file, metadata: WORDS });
    expect((await sendForm(body, bytes)).status).toBe(201);
    const { mediaId } = await api.outcome(sessionOf(body.fields.key));
    expect(await record(mediaId)).toMatchObject(WORDS);
    for (const name of TEXT_NAMES) {
      const refused = await uppy.params({ ...file, metadata: tooLong(name) as Record<string, string> });
      expect([name, refused.status]).toEqual([name, 400]);
    }
  });

  it.each<[string, (id: string) => string, readonly TextName[]]>([
    ['PATCH', (id) => `/api/v1/media/${id}`, TEXT_NAMES],
    ['PATCH', (id) => `/v1/media/files/${id}`, FILE_TEXTS],
    ['PUT', (id) => `/base/api/media/${id}`, ITEM_TEXTS],
  ])('is changed and emptied, and refused when it is too long, by %s %p', async (method, path, names) => {
    const { id, version } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    const edit = async (json: Texts) => (await api.call(method, path(id), { json })).status;
    expect(await edit(each(word, names))).toBe(200);
    const changed = { ...NO_RECORD_TEXTS, ...each(word, names) };
    expect(await record(id)).toMatchObject(changed);
    for (const name of TEXT_NAMES) {
      expect([name, await edit(names.includes(name) ? tooLong(name) : { [name]: 'x' })]).toEqual([name, 400]);
    }
    expect(await record(id)).toMatchObject({ ...changed, version: version + 1 });
    for (const [at, name] of names.entries()) {
      expect(await edit({ [name]: null })).toBe(200);
      const emptied = each(() => null, names.slice(0, at + 1));
      expect(await record(id)).toMatchObject({ ...changed, ...emptied, version: version + 2 + at });
    }
  });

  it('is changed and emptied by a form of base that has it', async () => {
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    for (const value of [word, () => '']) {
      expect((await send('PUT', `/base/api/media/${id}`, form(each(value, ITEM_TEXTS), false))).status).toBe(200);
      expect(await record(id)).toMatchObject(each((name) => value(name) || null, ITEM_TEXTS));
    }
  });

  it('is found by search from the start of a word, and inside one where its rules say so', async () => {
    const unique = (name: TextName) => `zq${name}harbour`;
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    await api.call('PATCH', `/api/v1/media/${id}`, { json: each((name) => `The ${unique(name)}`) });
    const finds = async (path: string, text: string) => {
      const { body } = await api.call('GET', `${path}?search=${text}`);
      return (body.data?.data ?? body.items).map((found: { id: string }) => found.id);
    };
    for (const name of TEXT_NAMES) {
      for (const path of ['/api/v1/media', '/base/api/media']) {
        await eventually(async () =>
          expect([name, await finds(path, unique(name).slice(0, -3))]).toEqual([name, [id]]),
        );
        const inside = RECORD_TEXTS[name].found === 'inside words' ? [id] : [];
        expect([name, await finds(path, `${name}harbour`)]).toEqual([name, inside]);
      }
      await api.call('PATCH', `/api/v1/media/${id}`, { json: { [name]: null } });
      await eventually(async () => expect([name, await finds('/api/v1/media', unique(name))]).toEqual([name, []]));
    }
  });

  it('stays when the file is replaced, a version comes back, and the record goes to the trash and returns', async () => {
    const { mediaId: id } = await api.upload({ name: 'first.txt', ...plain, declare: WORDS });
    expect((await send('PUT', `/base/api/media/${id}/file`, form({}))).status).toBe(200);
    expect(await record(id)).toMatchObject({ ...WORDS, filename: 'form.txt' });
    const versions = (await api.call('GET', `/api/v1/media/${id}/versions`)).body.data;
    const old = versions.find(({ current }: { current: boolean }) => !current);
    const restored = await api.call('POST', `/api/v1/media/${id}/versions/${old.id}/restore`);
    expect(restored.body.data).toMatchObject({ ...WORDS, filename: 'first.txt' });
    expect((await api.call('DELETE', `/api/v1/media/${id}`)).status).toBe(200);
    expect((await api.call('GET', '/api/v1/trash?limit=1')).body.data.data).toMatchObject([{ id, ...WORDS }]);
    expect((await api.call('POST', `/api/v1/media/${id}/restore`)).body.data).toMatchObject(WORDS);
    expect((await api.call('DELETE', `/base/api/media/${id}/file`)).status).toBe(200);
    expect(await record(id)).toMatchObject({ ...WORDS, url: null });
  });

  it('is in the events of its record and in what webhooks are sent', async () => {
    const { id } = (await api.call('POST', '/api/v1/media', { json: elsewhere })).body.data;
    await api.call('PATCH', `/api/v1/media/${id}`, { json: WORDS });
    await eventually(async () => {
      const { events } = (await api.call('GET', '/api/v1/events?channel=media&limit=500')).body.data;
      for (const heard of [events, told] as { data: Record<string, unknown> }[][]) {
        const own = heard.flatMap(({ data }) => (data.id === id ? [data] : []));
        expect(own).toMatchObject([NO_RECORD_TEXTS, WORDS]);
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
