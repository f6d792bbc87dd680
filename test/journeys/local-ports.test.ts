import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ListeningPort, listeningPortsOf } from '../support/drivers/listening-ports.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

const EVIL = 'evil.example';
const ORIGIN = `https://${EVIL}`;

let runtime: Runtime;
let ports: readonly ListeningPort[];
let told: readonly ListeningPort[];
let untold: readonly ListeningPort[];

beforeAll(async () => {
  runtime = await startRuntime();
  // The upload gateway starts with the first form that is sent in chunks.
  const form = new FormData();
  form.append('files', new Blob(['text'], { type: 'text/plain' }), 'a.txt');
  const { body, headers } = new Request('http://form', { method: 'POST', body: form });
  const answer = await fetch(`${runtime.ready.http}/api/v1/media/upload`, {
    method: 'POST',
    headers: { ...Object.fromEntries(headers), authorization: `Bearer ${runtime.ready.apiKey}` },
    body,
    duplex: 'half',
  });
  expect(answer.status).toBe(200);
  ports = listeningPortsOf(runtime.child.pid ?? 0);
  const { http, s3, aws } = runtime.ready;
  const isTold = ({ host, port }: ListeningPort) => [http, s3, aws].includes(`http://${host}:${port}`);
  told = ports.filter(isTold);
  untold = ports.filter((port) => !isTold(port));
});
afterAll(() => runtime?.stop());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const send = ({ host, port }: ListeningPort, { method, path, headers, body = '' }: Sent) =>
  new Promise<{ status: number; grant: string | undefined; text: string }>((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers, agent: false }, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ status: answer.statusCode ?? 0, grant: answer.headers['access-control-allow-origin'], text });
    });
    outgoing.on('error', reject).on('upgrade', () => reject(new Error('the connection was opened')));
    outgoing.end(body);
  });

const scan = (): string => JSON.stringify({ TableName: runtime.ready.table });
const dynamo = { 'x-amz-target': 'DynamoDB_20120810.Scan', 'content-type': 'text/plain' };
const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' };
const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** What a page can send to a port without a key, and what a page that a name leads here can send on top of it. */
const unsigned = (): readonly Sent[] => [
  { method: 'GET', path: '/', headers: {} },
  { method: 'GET', path: '/docs/README.md', headers: {} },
  { method: 'GET', path: '/api/v1/openapi.json', headers: {} },
  { method: 'GET', path: `/${runtime.ready.bucket}`, headers: {} },
  { method: 'PUT', path: `/${runtime.ready.bucket}/originals/a`, headers: {}, body: 'a' },
  { method: 'GET', path: '/ws/@connections/a', headers: {} },
  { method: 'GET', path: '/ws', headers: handshake },
  { method: 'POST', path: '/', headers: dynamo, body: scan() },
  { method: 'POST', path: '/', headers: { ...dynamo, expect: '100-continue' }, body: scan() },
  {
    method: 'POST',
    path: '/',
    headers: { ...dynamo, authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request' },
    body: scan(),
  },
  { method: 'POST', path: '/2015-03-31/functions/a/invocations', headers: {}, body: '{}' },
  { method: 'OPTIONS', path: '/', headers: preflight },
  { method: 'OPTIONS', path: `/${runtime.ready.bucket}`, headers: preflight },
  { method: 'POST', path: '/api/v1/auth/guest', headers: {} },
];

describe('every port of the local runtime', () => {
  it('is one that the ready line names, or lies at an address of the loopback that no page can guess', () => {
    expect(told).toHaveLength(3);
    // The engine of the table and the upload gateway.
    expect(untold).toHaveLength(2);
    for (const { host } of told) expect(host).toBe('127.0.0.1');
    for (const { host } of untold) expect(host).toMatch(/^127\.(?!0\.)/);
    expect(new Set(untold.map(({ host }) => host)).size).toBe(untold.length);
  });

  it('that is not named is named nowhere: not in the ready line, on the welcome page or in what is logged', async () => {
    const page = await (await fetch(runtime.ready.welcome)).text();
    expect(page).toContain(runtime.ready.dynamodb);
    const said = [JSON.stringify(runtime.ready), page, runtime.errors()].join();
    for (const { host, port } of untold) {
      expect(said).not.toContain(host);
      expect(said).not.toContain(`:${port}`);
    }
  });

  it('shows password and key on the welcome page at the address that the ready line names, and nowhere beside it', async () => {
    const { http, welcome, ...secrets } = runtime.ready;
    const pages = await Promise.all([welcome, http].map(async (address) => (await fetch(address)).text()));
    for (const secret of [secrets.password, secrets.apiKey]) {
      expect(pages.map((page) => page.includes(secret))).toEqual([true, false]);
    }
  });

  it('refuses whatever comes under the name of another host', async () => {
    for (const port of told)
      for (const host of [EVIL, `127.0.0.1.${EVIL}:${port.port}`, `localhost.${EVIL}`, '192.168.0.1'])
        for (const sent of unsigned()) {
          const { status, grant, text } = await send(port, { ...sent, headers: { ...sent.headers, host } });
          expect({ port, host, sent, status, grant }).toEqual({ port, host, sent, status: 403, grant: undefined });
          for (const secret of [runtime.ready.apiKey, runtime.ready.password]) expect(text).not.toContain(secret);
        }
  });

  it('does nothing for a page of another origin, and lets it read no more than everybody may', async () => {
    const { library } = operator(runtime.ready);
    const before = await library();
    const open = ['GET /api/v1/openapi.json'];
    for (const port of told)
      for (const sent of unsigned()) {
        const { status, grant } = await send(port, { ...sent, headers: { ...sent.headers, origin: ORIGIN } });
        const seen = { port, sent, status, grant };
        if (`http://${port.host}:${port.port}` === runtime.ready.s3) {
          // The rules of the bucket say what a page may do with a signed request; it has none.
          if (sent.method !== 'OPTIONS')
            expect({ ...seen, refused: status >= 400 }).toEqual({ ...seen, refused: true });
          continue;
        }
        expect(seen).toMatchObject({ grant: undefined });
        const refused = status >= 400 || open.includes(`${sent.method} ${sent.path}`);
        expect({ ...seen, refused }).toEqual({ ...seen, refused: true });
      }
    expect(await library()).toEqual(before);
  });

  it('of the table takes a signed call', async () => {
    expect((await operator(runtime.ready).items()).length).toBeGreaterThan(0);
  });
});
