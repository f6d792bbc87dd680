import { readFile } from 'node:fs/promises';
import { createServer as createPageServer, type Server as PageServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browserName, openPage, type Page } from '../support/drivers/browser.ts';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

const withBrowser = browserName ? describe : describe.skip;
const title = browserName ? 'a page in a browser' : 'a page in a browser (skipped: this machine has no Chromium)';

let runtime: Runtime;
let page: Page;
/** The way of the page to the WebSocket API, which a test can cut. */
let wire: Server;
let elsewhere: PageServer;
const ends = new Set<Socket>();
let script: string;

const portOf = (server: Server | PageServer): number => (server.address() as AddressInfo).port;
const listening = (server: Server | PageServer): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

beforeAll(async () => {
  if (!browserName) return;
  runtime = await startRuntime();
  const { port } = new URL(runtime.ready.http);
  wire = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  });
  elsewhere = createPageServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>elsewhere'));
  await Promise.all([listening(wire), listening(elsewhere)]);
  script = `${await readFile(join(import.meta.dirname, 'realtime-client.page.js'), 'utf8')}; undefined`;
  page = await openPage(`${runtime.ready.http}/api/v1/media`);
  await page.run(script);
}, 180_000);
afterAll(async () => {
  await page?.close();
  for (const end of ends) end.destroy();
  wire?.close();
  elsewhere?.closeAllConnections();
  elsewhere?.close();
  await runtime?.stop();
});

/** Calls a function of the page's script. */
const inPage = <T = unknown>(name: string, ...args: readonly unknown[]): Promise<T> =>
  page.run<T>(`client.${name}(...${JSON.stringify(args)})`);
const register = (api: ReturnType<typeof client>, filename: string) =>
  api.call('POST', '/api/v1/media', {
    json: { url: 'https://example.com/a.png', filename, fileSize: 1, mimeType: 'image/png' },
  });
const overWire = (query = '') => `ws://127.0.0.1:${portOf(wire)}/ws${query}`;
const ticket = async (): Promise<string> =>
  (await inPage<{ ticket: string }>('post', '/api/v1/realtime/tickets', {})).ticket;

withBrowser(title, () => {
  it('logs in, connects by ticket, hears of a record, and after a cut gets what it missed, once and in order', async () => {
    const { email, password } = runtime.ready;
    const api = client(runtime.ready);
    await inPage('post', '/api/v1/auth/login', { email, password });
    expect(await inPage('open', 'first', overWire(`?ticket=${await ticket()}`))).toEqual({
      opened: true,
      protocol: '',
    });
    expect(await inPage('ask', 'first', { action: 'subscribe', channel: 'media' })).toEqual({ type: 'ack' });
    await register(api, 'one.png');
    expect(await inPage('heard', 'first', 'media', 'one.png')).toEqual([
      { seq: 1, event: 'media.created', filename: 'one.png' },
    ]);

    for (const end of ends) end.destroy();
    expect(await inPage('closed', 'first')).toBe(1006);
    await register(api, 'two.png');
    await register(api, 'three.png');

    expect(await inPage('open', 'second', overWire(`?ticket=${await ticket()}`))).toMatchObject({ opened: true });
    expect(await inPage('ask', 'second', { action: 'resume', channel: 'media', since: 1 })).toMatchObject({
      type: 'ack',
      channel: 'media',
      gap: false,
    });
    await register(api, 'four.png');
    const heard = await inPage<{ seq: number; filename: string }[]>('heard', 'second', 'media', 'four.png');
    expect(heard.map(({ seq, filename }) => [seq, filename])).toEqual([
      [2, 'two.png'],
      [3, 'three.png'],
      [4, 'four.png'],
    ]);
  });

  it('connects with an access token as a subprotocol', async () => {
    const { email, password, ws } = runtime.ready;
    const { accessToken } = await inPage<{ accessToken: string }>('post', '/api/v1/auth/login', { email, password });
    expect(await inPage('open', 'token', ws, ['mediashelf', `bearer.${accessToken}`])).toEqual({
      opened: true,
      protocol: 'mediashelf',
    });
    expect(await inPage('ask', 'token', { action: 'ping' })).toEqual({ type: 'pong' });
    expect(await inPage('open', 'wrong', ws, ['mediashelf', `bearer.${accessToken}x`])).toEqual({
      opened: false,
      code: 1006,
    });
  });

  it('hears nothing of another team, whatever it names', async () => {
    const stranger = await teamsOf(runtime).anOwner();
    for (const channel of ['*', 'media*', `${stranger.teamId}#media`, `CHANNEL#${stranger.teamId}#media`]) {
      for (const action of ['subscribe', 'resume'] as const) {
        const message = { action, channel, ...(action === 'resume' ? { since: 0 } : {}) };
        expect(await inPage('ask', 'token', message)).toMatchObject({ type: 'error', code: 'UNKNOWN_CHANNEL' });
      }
    }
    for (const action of ['subscribe', 'resume'] as const) {
      const message = { action, channel: `user:${stranger.userId}`, ...(action === 'resume' ? { since: 0 } : {}) };
      expect(await inPage('ask', 'token', message)).toMatchObject({ type: 'error', code: 'FORBIDDEN' });
    }
    const ear = await stranger.connect();
    await register(stranger.api, 'theirs.png');
    await ear.until(() => ear.events('media').length === 1);
    ear.cut();
    await register(client(runtime.ready), 'ours.png');
    const heard = await inPage<{ filename: string }[]>('heard', 'token', 'media', 'ours.png');
    expect(heard.map(({ filename }) => filename)).not.toContain('theirs.png');
    expect(await inPage('open', 'foreign', `${runtime.ready.ws}?team=${stranger.teamId}`)).toMatchObject({
      opened: false,
    });
  });

  it('connects by its cookie from the origin of the API, and from no other', async () => {
    expect(await inPage('open', 'cookie', runtime.ready.ws)).toMatchObject({ opened: true });
    expect(await inPage('ask', 'cookie', { action: 'room.list' })).toEqual({ type: 'ack', rooms: [] });
    // Another port is another origin, and the browser sends the cookie all the same: ports do not part cookies.
    await page.goTo(`http://127.0.0.1:${portOf(elsewhere)}/`);
    await page.run(script);
    expect(await inPage('open', 'cookie', runtime.ready.ws)).toEqual({ opened: false, code: 1006 });
  });
});
