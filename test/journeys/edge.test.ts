import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { browserName } from '../support/drivers/browser.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { type ColdEdge, startColdEdge } from '../support/drivers/cold-edge.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo } from '../support/fixtures/pictures.ts';
import { dashboardAtEdgeCases } from './edge/dashboard-at-edge.ts';
import { everyRouteCases } from './edge/every-route.ts';
import { passedOnCases } from './edge/passed-on.ts';
import { publicPictureCases } from './edge/public-pictures.ts';
import { signedPictureCases } from './edge/signed-pictures.ts';
import type { EdgeStage } from './edge/stage.ts';

/** With sites of others, API Gateway puts grants of its own on answers, which the edge replaces for pictures. */
const SETTINGS = {
  edge: '{}',
  'rateLimits.anonymousPerMinute': '60',
  allowedOrigins: '["https://www.example.com"]',
} as const;

const ledger = join(mkdtempSync(join(tmpdir(), 'edge-')), 'ledger.jsonl');
let runtime: Runtime;
let api: Client;
let ops: Operator;
let mediaId: string;
/** `/o/<team>/<media>/<version>` of a private picture. */
let folder: string;
beforeAll(async () => {
  const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  runtime = await startRuntime(['--memory', '--ledger', ledger, ...flags]);
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  const declare = { visibility: 'private' };
  ({ mediaId } = await api.upload({ name: 'view.jpg', type: 'image/jpeg', bytes: await photo(1200, 900), declare }));
  const [key = ''] = (await ops.keys('renditions/')).filter((each) => each.includes(mediaId));
  folder = `/o/${key.split('/').slice(1, 4).join('/')}`;
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(dirname(ledger), { recursive: true });
});

const colds: ColdEdge[] = [];
afterEach(async () => {
  for (const edge of colds.splice(0)) await edge.stop();
});
const stage = (): EdgeStage => ({
  ready: runtime.ready,
  api,
  ops,
  mediaId,
  folder,
  ledger,
  coldEdge: async () => {
    const edge = await startColdEdge(runtime.ready, ops, SETTINGS);
    colds.push(edge);
    return edge;
  },
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${runtime.ready.http}${path}`, { redirect: 'manual', ...init });
const found = ({ headers }: { headers: Headers }) => headers.get('x-cache');

describe('the edge', () => {
  it('is the address of everything, and names the API behind it', async () => {
    const { http, api: origin, ws } = runtime.ready;
    expect(origin).not.toBe(http);
    expect(ws).toBe(`${http.replace('http:', 'ws:')}/ws`);
    const { data } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body;
    expect(data.url).toMatch(new RegExp(`^${http}/m/`));
  });

  it('keeps no answer that depends on who asks', async () => {
    const paths = ['/api/v1/media', '/api/v1/auth/me', '/api/v1/media/nothing', `/m/${mediaId}/a.jpg`, '/nothing'];
    for (const path of paths) {
      for (let time = 0; time < 2; time += 1) expect(found(await api.call('GET', path))).not.toMatch(/Hit/);
    }
  });

  it('gives members and strangers their own answers, also when they ask at once', async () => {
    const path = `/m/${mediaId}/view.jpg?w=64`;
    const member = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => get(path, at % 2 ? { headers: member } : {})),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, (_, at) => (at % 2 ? 302 : 404)));
  });

  it.each([
    ...[
      '/api/v1/auth/me/x.css',
      '/api/v1/auth/me;.js',
      '/app/assets/..%2f..%2fapi/v1/auth/me',
      '/api/v1/auth/me%2fx.css',
    ],
  ])('is not deceived into keeping %s', async (path) => {
    await api.call('GET', path);
    const stranger = await get(path);
    expect(found(stranger)).not.toMatch(/Hit/);
    expect(await stranger.text()).not.toContain(runtime.ready.email);
  });

  it('passes on credentials, keys of idempotency and forms', async () => {
    const external = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' };
    const send = () => api.call('POST', '/api/v1/media', { json: external, headers: { 'idempotency-key': 'edge' } });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const form = new FormData();
    form.append('files', new Blob([new Uint8Array(await photo(600, 400))], { type: 'image/jpeg' }), 'form.jpg');
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    expect((await get('/api/v1/media/upload', { method: 'POST', body: form, headers })).status).toBeLessThan(300);
  });

  it('opens a WebSocket', async () => {
    const socket = new WebSocket(runtime.ready.ws, { headers: { authorization: `Bearer ${runtime.ready.apiKey}` } });
    const answer = await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify({ action: 'ping', id: '1' })));
      socket.once('message', (data) => resolve(JSON.parse(String(data))));
      socket.once('error', reject);
    });
    socket.close();
    expect(answer).toMatchObject({ type: 'pong' });
  });

  it('counts calls for visitors, and believes no address that one names', async () => {
    const forged = {
      'x-mediashelf-viewer': '203.0.113.9',
      'x-mediashelf-edge': 'guess',
      'x-forwarded-for': '203.0.113.9',
    };
    const askFrom = (base: string, localAddress: string, headers = {}) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(`${base}/api/v1/media`, { localAddress, headers }, (answer) => {
          answer.resume();
          answer.once('end', () => resolve(answer.statusCode ?? 0));
        });
        sent.once('error', reject).end();
      });
    const { http, api: origin = '' } = runtime.ready;
    const many = await Promise.all(Array.from({ length: 130 }, () => askFrom(http, '127.0.0.2', forged)));
    expect(many).toContain(429);
    expect(await askFrom(http, '127.0.0.3')).toBe(401);
    const direct = await Promise.all(Array.from({ length: 130 }, () => askFrom(origin, '127.0.0.4', forged)));
    expect(direct).toContain(429);
    expect(await askFrom(origin, '127.0.0.5')).toBe(401);
  });

  it('refuses what CloudFront refuses', async () => {
    expect((await get(`/api/v1/media?x=${'a'.repeat(8300)}`)).status).toBe(414);
    expect((await get(`/m/${mediaId}/a.jpg`, { method: 'DELETE' })).status).toBe(403);
    expect((await get(`${folder}/small`, { method: 'POST' })).status).toBe(403);
  });
});

describe('a rendition at the edge', () => {
  const keyOf = async () => {
    const { publicKeyId, privateKey } = await ops.edgeKey();
    return { keyPairId: publicKeyId, privateKey, algorithm: 'SHA256' as const };
  };
  const soon = () => Math.floor(Date.now() / 1000) + 300;
  const signed = async (path: string, seconds = soon()) =>
    getSignedUrl({ ...(await keyOf()), url: `${runtime.ready.http}${path}`, dateLessThan: new Date(seconds * 1000) });

  it('is opened by a signature, and then by the cache, with nothing of the request in its answer', async () => {
    const address = await signed(`${folder}/small`);
    const [first, second] = [await fetch(address), await fetch(`${address}&response-content-type=text/html`)];
    expect([first.status, second.status]).toEqual([200, 403]);
    expect(first.headers.get('content-type')).toBe('image/webp');
    expect(first.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    const again = await fetch(address, { headers: { range: 'bytes=0-9' } });
    expect([again.status, found(again), (await again.arrayBuffer()).byteLength]).toEqual([
      206,
      'Hit from cloudfront',
      10,
    ]);
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, found(head)]).toEqual([200, 'Hit from cloudfront']);
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('is opened by the cookies of its team alone', async () => {
    const [, , team = ''] = folder.split('/');
    const policyFor = (resource: string) =>
      JSON.stringify({
        Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': soon() } } }],
      });
    const asked = async (resource: string, path = `${folder}/medium`) => {
      const cookies = getSignedCookies({ ...(await keyOf()), policy: policyFor(`${runtime.ready.http}${resource}`) });
      const cookie = Object.entries(cookies)
        .map(([name, value]) => `${name}=${value}`)
        .join('; ');
      return (await get(path, { headers: { cookie } })).status;
    };
    expect(await asked(`/o/${team}/*`)).toBe(200);
    expect(await asked('/o/another/*')).toBe(403);
    expect(await asked('/o/another/*', `/o/another%2f..%2f${folder.slice(3)}/medium`)).toBe(403);
    expect(await asked('/o/another/*', `/o/another/..%2f${folder.slice(3)}/medium`)).toBe(404);
  });

  it('is not opened without a signature, by an expired one, or by one of another address', async () => {
    const address = await signed(`${folder}/small`);
    expect((await get(`${folder}/small`)).status).toBe(403);
    expect((await fetch(await signed(`${folder}/small`, soon() - 600))).status).toBe(403);
    expect((await fetch(address.replace('/small?', '/medium?'))).status).toBe(403);
    expect((await fetch(address.replace(/Signature=.{6}/, 'Signature=AAAAAA'))).status).toBe(403);
  });

  it('is the only object that the distribution may read', async () => {
    for (const path of [`${folder}/original`, `${folder}/text`, '/o/originals/a/b/small']) {
      expect([403, 404]).toContain((await fetch(await signed(path))).status);
    }
  });
});

describe('a public picture at the edge', () => publicPictureCases(stage));

describe('what goes through the edge', () => passedOnCases(stage, () => folder));
describe('a private picture at the edge', () => signedPictureCases(stage));
describe('a route at the edge', () => everyRouteCases(stage));
(browserName ? describe : describe.skip)(
  browserName ? 'the dashboard at the edge' : 'the dashboard at the edge (skipped: this machine has no Chromium)',
  () => dashboardAtEdgeCases(stage),
);
