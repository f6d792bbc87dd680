import { mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleForBrowser } from '../../bin/packages/client.ts';
import {
  type ChannelEvent,
  createClient,
  fileSource,
  type Mediashelf,
  type Tokens,
  type UploadState,
} from '../../client/node.ts';
import { browserName, openPage } from '../support/drivers/browser.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { type Site, serveFolder } from '../support/drivers/site.ts';
import { writeFilm } from '../support/fixtures/film.ts';
import { distinct, photo } from '../support/fixtures/pictures.ts';

const MIB = 2 ** 20;
const FILM = 26 * MIB;
let runtime: Runtime;
let site: Site;
let folder: string;
let film: string;
let filmHash: string;
let shelf: Mediashelf;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-client-'));
  film = join(folder, 'film.mp4');
  filmHash = await writeFilm(film, FILM);
  await bundleForBrowser(folder);
  site = await serveFolder(folder);
  runtime = await startRuntime(['--memory', '-c', `allowedOrigins=["${site.origin}"]`]);
  shelf = createClient({ url: runtime.ready.http, apiKey: runtime.ready.apiKey });
}, 120_000);
afterAll(async () => {
  site?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});

const picture = async (label: string): Promise<File> =>
  new File([new Uint8Array(distinct(await photo(300, 200), label))], `${label}.jpg`, { type: 'image/jpeg' });

describe('the client in a program', () => {
  it('uploads a file, tells how far it is, and does not send twice what the team has', async () => {
    const phases = new Set<string>();
    const file = await picture('harbour');
    const done = await shelf.upload(file, {
      fields: { title: 'Harbour' },
      onProgress: ({ phase, bytes, totalBytes }) => {
        expect(bytes).toBeLessThanOrEqual(totalBytes);
        phases.add(phase);
      },
    });
    expect(done).toMatchObject({ status: 'active', code: null });
    expect([...phases]).toEqual(['hashing', 'sending', 'verifying']);
    const record = await shelf.call('GET /api/v1/media/{id}', { path: { id: done.mediaId } });
    expect(record).toMatchObject({ filename: 'harbour.jpg', title: 'Harbour', fileSize: file.size });
    const bytes = await (await shelf.content(done.mediaId)).arrayBuffer();
    expect(Buffer.from(bytes).equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
    expect(await shelf.upload(file, { duplicates: 'skip' })).toMatchObject({
      status: 'duplicate',
      mediaId: done.mediaId,
    });
    const { data } = await shelf.call('GET /api/v1/uploads', { query: { status: 'pending' } });
    expect(data).toEqual([]);
  });

  it('tells why a file was refused', async () => {
    const page = new File(['<!doctype html><title>x</title>'], 'page.png', { type: 'image/png' });
    expect(await shelf.upload(page)).toMatchObject({ status: 'rejected', code: 'CONTENT_MISMATCH' });
    const script = new File(['x'], 'x.exe', { type: 'application/x-msdownload' });
    await expect(shelf.upload(script)).rejects.toMatchObject({ status: 415, code: 'TYPE_NOT_ALLOWED' });
  });

  it('goes on with a file that was called off, in another process, without a part sent twice', async () => {
    const source = await fileSource(film, { type: 'video/mp4' });
    const controller = new AbortController();
    let state: UploadState | undefined;
    const first: number[] = [];
    const cut = shelf.upload(source, {
      fields: { multipart: true },
      concurrency: 1,
      signal: controller.signal,
      onState: (begun) => {
        state = JSON.parse(JSON.stringify(begun));
      },
      onPart: ({ partNumber, status }) => {
        if (status === 'stored') first.push(partNumber);
        if (first.length === 2) controller.abort();
      },
    });
    await expect(cut).rejects.toThrow('aborted');
    expect(first).toEqual([1, 2]);

    const second: number[] = [];
    const elsewhere = createClient({ url: runtime.ready.http, apiKey: runtime.ready.apiKey });
    const done = await elsewhere.upload(source, {
      resume: state,
      onPart: ({ partNumber, status }) => status === 'sending' && second.push(partNumber),
    });
    expect(second.toSorted()).toEqual([3, 4]);
    expect(done.status).toBe('active');
    const record = await shelf.call('GET /api/v1/media/{id}', { path: { id: done.mediaId } });
    expect(record).toMatchObject({ fileSize: FILM, checksum: filmHash });
  });

  it('stays signed in by the tokens of a login, and begins a changed file anew', async () => {
    let kept: Tokens | undefined;
    const onTokens = (tokens: Tokens) => {
      kept = tokens;
    };
    const { email, password, http } = runtime.ready;
    await createClient({ url: http, onTokens }).login(email, password);
    const first = kept;
    expect(first?.refreshToken).toBeDefined();
    const stale = createClient({ url: http, tokens: { ...first, accessToken: 'e30.e30.e30' }, onTokens });
    expect((await stale.call('GET /api/v1/auth/me')).user.email).toBe(email);
    expect(kept?.refreshToken).not.toBe(first?.refreshToken);

    // What was exchanged is gone with the answer: the same exchange again gets it back.
    const exchanged = kept;
    let losses = 0;
    const losing: typeof fetch = async (address, init) => {
      const answer = await fetch(address, init);
      if (!String(address).endsWith('/auth/refresh') || losses === 2) return answer;
      losses += 1;
      throw new TypeError('fetch failed');
    };
    const unlucky = createClient({
      url: http,
      tokens: { ...exchanged, accessToken: 'e30.e30.e30' },
      onTokens,
      fetch: losing,
    });
    expect((await unlucky.call('GET /api/v1/auth/me')).user.email).toBe(email);
    expect([losses, kept === exchanged]).toEqual([2, false]);

    let state: UploadState | undefined;
    const source = await fileSource(film, { type: 'video/mp4', name: 'changed.mp4' });
    const controller = new AbortController();
    const onState = (begun: UploadState) => {
      state = begun;
      controller.abort();
    };
    const options = { fields: { multipart: true }, signal: controller.signal, onState };
    await expect(stale.store(source, options)).rejects.toThrow('aborted');
    await utimes(film, new Date(), new Date((await stat(film)).mtimeMs + 5000));
    let begun: UploadState | undefined;
    await stale.store(await fileSource(film, { type: 'video/mp4', name: 'changed.mp4' }), {
      fields: { multipart: true },
      resume: state,
      onState: (each) => {
        begun = each;
      },
    });
    expect(begun?.uploadId).not.toBe(state?.uploadId);
  });
});

/** A client whose connections can be cut, and all that it heard. */
const listener = async () => {
  const sockets: WebSocket[] = [];
  const client = createClient({
    url: runtime.ready.http,
    apiKey: runtime.ready.apiKey,
    retry: { firstDelayMs: 20 },
    newSocket: (address) => {
      const socket = new WebSocket(address);
      sockets.push(socket);
      return socket;
    },
  });
  const live = client.realtime();
  const heard: ChannelEvent[] = [];
  const gaps: string[] = [];
  live.on('event', (event) => heard.push(event));
  live.on('gap', ({ channel }) => gaps.push(channel));
  await live.opened();
  return { client, live, heard, gaps, sockets, cut: () => sockets.at(-1)?.close() };
};

const said = (heard: readonly ChannelEvent[], channel: string) =>
  heard.filter((event) => event.channel === channel).map(({ data }) => data);

describe('the client that listens', () => {
  it('hears of records, and of outcomes without asking', async () => {
    const { client, live, heard } = await listener();
    const names: string[] = [];
    live.on('media.created', ({ data }) => names.push(data.filename));
    const done = await client.upload(await picture('heard'));
    expect(done.status).toBe('active');
    await eventually(() => expect(names).toEqual(['heard.jpg']));
    await client.call('PATCH /api/v1/media/{id}', { path: { id: done.mediaId }, body: { title: 'Heard' } });
    await eventually(() => expect(heard.map(({ event }) => event)).toEqual(['media.created', 'media.updated']));
    live.close();
  });

  it('hears of files that replace others, each for itself', async () => {
    const { client, live } = await listener();
    const { mediaId } = await client.upload(await picture('first'));
    const replacing = { fields: { replaces: mediaId } };
    const page = new File(['<!doctype html><title>x</title>'], 'page.png', { type: 'image/png' });
    const [refused, replaced] = await Promise.all([
      client.upload(page, replacing),
      client.upload(await picture('second'), replacing),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', code: 'CONTENT_MISMATCH', mediaId });
    expect(replaced).toMatchObject({ status: 'active', code: null, mediaId });
    expect((await client.call('GET /api/v1/media/{id}', { path: { id: mediaId } })).filename).toBe('second.jpg');
    live.close();
  });

  it('misses nothing while its connection is cut, and hears nothing twice', async () => {
    const [one, other] = [await listener(), await listener()];
    await one.live.subscribe('reviews');
    const all = Array.from({ length: 24 }, (_, index) => index);
    for (const index of all) {
      await other.live.publish('reviews', index);
      if (index % 8 === 3) one.cut();
    }
    await eventually(() => expect(said(one.heard, 'reviews')).toEqual(all));
    expect(one.sockets.length).toBeGreaterThan(1);
    expect(one.gaps).toEqual([]);

    // A later start goes on where the first one was.
    const since = { reviews: (one.live.position().reviews ?? 0) - 2 };
    const later = createClient({ url: runtime.ready.http, apiKey: runtime.ready.apiKey }).realtime({ since });
    const again: ChannelEvent[] = [];
    later.on('event', (event) => again.push(event));
    await eventually(() => expect(said(again, 'reviews')).toEqual([22, 23]));
    for (const { live } of [one, other]) live.close();
    later.close();
  });

  it('stays in its room, and makes it again when it was the last', async () => {
    const [one, other] = [await listener(), await listener()];
    const room = await one.live.room('layout', { create: true });
    const seat = await other.live.room('layout');
    const presences: string[] = [];
    const words: unknown[] = [];
    room.on('presence', ({ event }) => presences.push(event));
    room.on('message', ({ data }) => words.push(data));
    expect(await room.members()).toHaveLength(2);
    await seat.say('before');
    one.cut();
    await seat.say('meanwhile');
    await eventually(() => expect(words).toEqual(['before', 'meanwhile']));
    await seat.leave();
    await eventually(() => expect(presences).toContain('left'));
    one.cut();
    await eventually(async () => expect(await room.members()).toHaveLength(1));
    await room.say('alone');
    await eventually(() => expect(words).toEqual(['before', 'meanwhile', 'alone']));
    expect((await one.live.rooms()).map(({ name }) => name)).toEqual(['layout']);
    for (const { live } of [one, other]) live.close();
  });

  it('ends for good when the user is not signed in any more', async () => {
    const live = createClient({ url: runtime.ready.http, apiKey: 'sk_live_none' }).realtime();
    const ended = new Promise((resolve) =>
      live.on('status', ({ status, error }) => status === 'closed' && resolve(error)),
    );
    await expect(live.opened()).rejects.toMatchObject({ status: 401 });
    expect(await ended).toMatchObject({ status: 401 });
    await expect(live.publish('reviews', 1)).rejects.toMatchObject({ status: 401 });
  });
});

(browserName ? describe : describe.skip)(
  browserName ? 'the client in a page' : 'the client in a page (skipped: this machine has no Chromium)',
  () => {
    it('uploads, is reloaded half way, goes on and hears of it, with hashes from its worker', async () => {
      const page = await openPage(`${site.origin}/`);
      const { http, apiKey } = runtime.ready;
      const prepare = `
        globalThis.ready = (async () => {
          const { createClient } = await import('/browser.js');
          const bytes = await (await fetch('/film.mp4')).blob();
          globalThis.file = new File([bytes], 'page.mp4', { type: 'video/mp4', lastModified: 1000 });
          globalThis.shelf = createClient({ url: '${http}', apiKey: '${apiKey}' });
        })()`;
      await page.run(prepare);
      const first = await page.run<number[]>(`(async () => {
        const parts = [];
        const controller = new AbortController();
        const options = {
          fields: { multipart: true, title: 'From a page' }, hash: true, concurrency: 1, signal: controller.signal,
          onState: (state) => localStorage.setItem('upload', JSON.stringify(state)),
          onPart: ({ partNumber, status }) => { if (status === 'stored' && parts.push(partNumber) === 2) controller.abort(); },
        };
        await shelf.upload(file, options).catch(() => undefined);
        return parts;
      })()`);
      expect(first).toEqual([1, 2]);

      await page.run(`location.reload(), new Promise(() => {})`).catch(() => undefined);
      await eventually(() => page.run(prepare));
      const seen = await page.run<{
        done: { status: string; mediaId: string };
        parts: number[];
        progress: number[];
        event: string;
      }>(`(async () => {
        const parts = [], progress = [];
        const live = shelf.realtime();
        const event = new Promise((resolve) => live.on('media.created', ({ data }) => resolve(data.title)));
        await live.opened();
        const done = await shelf.upload(file, {
          resume: JSON.parse(localStorage.getItem('upload')),
          onPart: ({ partNumber, status }) => status === 'sending' && parts.push(partNumber),
          onProgress: ({ phase, bytes }) => phase === 'sending' && progress.push(bytes),
        });
        const title = await event;
        live.close();
        return { done, parts: parts.sort(), progress, event: title };
      })()`);
      expect(seen.parts).toEqual([3, 4]);
      expect(seen.done.status).toBe('active');
      expect(seen.event).toBe('From a page');
      expect([seen.progress[0], seen.progress.at(-1)]).toEqual([16 * MIB, FILM]);
      expect(seen.progress.length).toBeGreaterThan(4);
      const record = await shelf.call('GET /api/v1/media/{id}', { path: { id: seen.done.mediaId } });
      expect(record.checksum).toBe(filmHash);
      await page.close();
    });
  },
);
