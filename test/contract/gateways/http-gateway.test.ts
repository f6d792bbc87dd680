import { request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import type { ListeningService } from '../../../local/ports.ts';
import { sendRaw } from './raw-http.ts';
import { type AnyEvent, scriptedFunctions } from './scripted-functions.ts';

let answer: (event: AnyEvent) => unknown = () => ({ statusCode: 200 });
const { host, invocations } = scriptedFunctions({ media: (event) => answer(event), page: () => 'page' });
const errors: unknown[] = [];
let gateway: ListeningService;

beforeAll(async () => {
  gateway = await startHttpGateway({
    port: 0,
    apiId: 'api123',
    functions: host,
    routes: [
      { routeKey: 'GET /media', functionName: 'media' },
      { routeKey: 'POST /media', functionName: 'media' },
      { routeKey: 'GET /media/{id}', functionName: 'media' },
      { routeKey: 'ANY /m/{id}/{filename}', functionName: 'media' },
      { routeKey: 'GET /slow', functionName: 'media', timeoutMs: 50 },
      { routeKey: 'GET /missing', functionName: 'missing' },
      { routeKey: 'GET /forbidden', functionName: 'page' },
    ],
    mayInvoke: (_name, routeKey) => routeKey !== 'GET /forbidden',
    fallback: (request, response) => {
      if (request.url !== '/') return false;
      response.end('welcome');
      return true;
    },
    onError: (error) => errors.push(error),
  });
});

afterAll(() => gateway.stop());

beforeEach(() => {
  answer = () => ({ statusCode: 200 });
  invocations.length = 0;
});

const lastEvent = (): AnyEvent => invocations.at(-1)?.event;

describe('the event', () => {
  it('has the shape of payload format 2.0', async () => {
    await fetch(`${gateway.url}/media/a%20b?x=1&x=2&empty&q=caf%C3%A9+noir`, {
      headers: { 'User-Agent': 'test', Cookie: 'a=1; b=2', 'X-Two': 'one' },
    });
    expect(lastEvent()).toEqual({
      version: '2.0',
      routeKey: 'GET /media/{id}',
      rawPath: '/media/a b',
      rawQueryString: 'x=1&x=2&empty&q=caf%C3%A9+noir',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({ 'user-agent': 'test', 'x-two': 'one', 'x-forwarded-for': '127.0.0.1' }),
      queryStringParameters: { x: '1,2', empty: '', q: 'café noir' },
      pathParameters: { id: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api123',
        domainName: new URL(gateway.url).host,
        domainPrefix: 'api123',
        http: { method: 'GET', path: '/media/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /media/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(lastEvent().headers).not.toHaveProperty('cookie');
  });

  it('joins repeated headers with commas', async () => {
    await sendRaw(
      gateway.url,
      'GET /media HTTP/1.1\r\nHost: localhost\r\nX-Tag: a\r\nX-Tag: b\r\nConnection: close\r\n\r\n',
    );
    expect(lastEvent().headers['x-tag']).toBe('a,b');
  });

  it('keeps a parameter named __proto__ as plain data', async () => {
    await fetch(`${gateway.url}/media?__proto__=x`);
    expect(Object.entries(lastEvent().queryStringParameters)).toEqual([['__proto__', 'x']]);
  });

  it.each([
    ['application/json', '{"é":1}', '{"é":1}', false],
    ['text/csv; charset=utf-8', 'a,b', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
    ['image/png', '\u0089PNG', Buffer.from('\u0089PNG').toString('base64'), true],
  ])('passes a body of type %s as AWS does', async (type, body, expected, isBase64Encoded) => {
    await fetch(`${gateway.url}/media`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(lastEvent()).toMatchObject({ body: expected, isBase64Encoded });
  });

  it('leaves the body out when there is none', async () => {
    await fetch(`${gateway.url}/media`, { method: 'POST' });
    expect(lastEvent()).not.toHaveProperty('body');
    expect(lastEvent().isBase64Encoded).toBe(false);
  });
});

describe('the answer', () => {
  it('carries status, headers and cookies of the function, and the request id', async () => {
    answer = () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-N': 5 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: 'hi',
    });
    const response = await fetch(`${gateway.url}/media`);
    expect([response.status, await response.text()]).toEqual([201, 'hi']);
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(response.headers.get('x-n')).toBe('5');
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(response.headers.get('apigw-requestid')).toBe(lastEvent().requestContext.requestId);
  });

  it('decodes a body that is base64', async () => {
    answer = () => ({ statusCode: 200, isBase64Encoded: true, body: Buffer.from([0, 255, 128]).toString('base64') });
    const response = await fetch(`${gateway.url}/media`);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128]);
  });

  it.each([
    ['an object', { hello: 'world' }, '{"hello":"world"}'],
    ['a string', 'Hello from Lambda!', 'Hello from Lambda!'],
    ['nothing', undefined, 'null'],
  ])('takes %s without a status as the JSON body of a 200', async (_case, result, text) => {
    answer = () => result;
    const response = await fetch(`${gateway.url}/media`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      text,
    ]);
  });

  it('is plain text when the function names no type', async () => {
    answer = () => ({ statusCode: 200, body: 'x' });
    expect((await fetch(`${gateway.url}/media`)).headers.get('content-type')).toBe('text/plain;charset=UTF-8');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('secret detail'))],
    ['answers an impossible status', () => ({ statusCode: 'abc' })],
    ['answers a header with a line break', () => ({ statusCode: 200, headers: { 'x-a': 'b\r\nset-cookie: c=d' } })],
    ['answers more than Lambda carries', () => ({ statusCode: 200, body: 'x'.repeat(6_291_556) })],
  ])('is a plain 500 when the function %s', async (_case, handler) => {
    answer = handler;
    const response = await fetch(`${gateway.url}/media`);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('is a plain 500 when the function is missing or may not be invoked, and the runtime is told', async () => {
    errors.length = 0;
    for (const path of ['/missing', '/forbidden']) expect((await fetch(gateway.url + path)).status).toBe(500);
    expect(errors.map(String)).toEqual([expect.stringContaining('missing'), expect.stringContaining('page')]);
    expect(invocations).toEqual([]);
  });

  it('is 503 when the function does not answer in time', async () => {
    answer = () => new Promise(() => undefined);
    const response = await fetch(`${gateway.url}/slow`);
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  it('sends a 204 without a body or a type', async () => {
    answer = () => ({ statusCode: 204, body: 'ignored' });
    const response = await fetch(`${gateway.url}/media`);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([204, '', null]);
  });

  it('sends headers only for HEAD, with the length of the body', async () => {
    answer = () => ({ statusCode: 200, body: 'hello' });
    const raw = await sendRaw(gateway.url, 'HEAD /m/1/a.png HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(raw).toMatch(/content-length: 5\r\n/);
    expect(raw).toMatch(/\r\n\r\n$/);
    expect((await fetch(`${gateway.url}/media`, { method: 'HEAD' })).status).toBe(404);
  });

  it('serves local pages before the routes', async () => {
    expect(await (await fetch(`${gateway.url}/`)).text()).toBe('welcome');
  });
});

describe('limits and odd requests', () => {
  it('answers 404 to an unknown route and to an encoded slash that changes the path', async () => {
    for (const path of ['/nothing', '/media/1/2', '/m/1/a%2Fb.png']) {
      const response = await fetch(gateway.url + path);
      expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
    }
  });

  it.each(['/media/%zz', '/media?x=%', '/media/%ff', '/media?%c3%28=1'])(
    'answers 400 to the broken encoding of %s',
    async (path) => {
      expect((await fetch(gateway.url + path)).status).toBe(400);
      expect(invocations).toEqual([]);
    },
  );

  it('answers 413 above 10 MB, announced or chunked, and goes on serving', async () => {
    const tooLong = Buffer.alloc(10 * 1024 * 1024 + 1, 'x');
    const chunked = new ReadableStream({
      start(controller) {
        for (let at = 0; at < tooLong.length; at += 65_536) controller.enqueue(tooLong.subarray(at, at + 65_536));
        controller.close();
      },
    });
    for (const body of [tooLong, chunked]) {
      const response = await fetch(`${gateway.url}/media`, { method: 'POST', body, duplex: 'half' } as RequestInit);
      expect([response.status, await response.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    }
    expect(invocations).toEqual([]);
    expect((await fetch(`${gateway.url}/media`)).status).toBe(200);
  });

  it('answers 413 to a body that fits the gateway but not the event of Lambda', async () => {
    const headers = { 'content-type': 'image/png' };
    const post = (bytes: number) =>
      fetch(`${gateway.url}/media`, { method: 'POST', body: Buffer.alloc(bytes), headers });
    expect((await post(4_700_000)).status).toBe(200);
    expect((await post(4_719_000)).status).toBe(413);
  });

  it('refuses a body that is too long before inviting the client to send it', async () => {
    const status = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-length': 20_000_000, expect: '100-continue' };
      const request = httpRequest(`${gateway.url}/media`, { method: 'POST', headers });
      request.on('continue', () => resolve('continue'));
      request.on('response', (response) => {
        resolve(String(response.statusCode));
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe('413');
  });

  it.each([
    [9_900, 200],
    [10_240, 431],
  ])('counts the request line with the headers: a query of %d bytes is answered %d', async (bytes, status) => {
    const raw = await sendRaw(
      gateway.url,
      `GET /media?search=${'a'.repeat(bytes)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each([10_300, 30_000])('answers 431 to %d bytes of headers', async (bytes) => {
    const raw = await sendRaw(
      gateway.url,
      `GET /media HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(bytes)}\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1.1 431 /);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01])],
    ['two lengths', 'POST /media HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /media HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a broken chunk', 'POST /media HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a bare line feed in a header', 'GET /media HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\n\r\n'],
    ['no host', 'GET /media HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ])('answers 400 to %s', async (_case, bytes) => {
    expect(await sendRaw(gateway.url, bytes)).toMatch(/^HTTP\/1.1 400 /);
    expect(invocations).toEqual([]);
  });

  it('serves the plain request inside an upgrade that it does not know', async () => {
    const raw = await sendRaw(
      gateway.url,
      'GET /media HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: close, Upgrade\r\n\r\n',
    );
    expect(raw).toMatch(/^HTTP\/1.1 200 /);
  });

  it('survives a client that leaves in the middle of its body', async () => {
    const request = httpRequest(`${gateway.url}/media`, { method: 'POST', headers: { 'content-length': 1000 } });
    const closed = new Promise((resolve) => request.on('close', resolve));
    request.on('error', () => undefined);
    request.write('half', () => request.destroy());
    await closed;
    expect((await fetch(`${gateway.url}/media`)).status).toBe(200);
  });

  it('serves many requests over one kept connection', async () => {
    const one = 'GET /media HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const raw = await sendRaw(
      gateway.url,
      `${one.repeat(20)}GET /media HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(raw.match(/HTTP\/1.1 200 /g)).toHaveLength(21);
  });
});

describe('a gateway whose template changed', () => {
  it('serves the new routes on the same port', async () => {
    const changing = await startHttpGateway({ port: 0, apiId: 'api', routes: [], functions: host });
    expect((await fetch(`${changing.url}/new`)).status).toBe(404);
    changing.reconfigure({ routes: [{ routeKey: 'GET /new', functionName: 'page' }] });
    expect(await (await fetch(`${changing.url}/new`)).text()).toBe('page');
    await changing.stop();
  });

  it('stops listening although a socket that was handed over is still open', async () => {
    let handedOver: Duplex | undefined;
    const upgrade = (_request: unknown, socket: Duplex) => {
      handedOver = socket;
    };
    const stopping = await startHttpGateway({ port: 0, apiId: 'api', routes: [], functions: host, upgrade });
    const answered = sendRaw(
      stopping.url,
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    while (!handedOver) await new Promise((resolve) => setTimeout(resolve, 5));
    await stopping.stop();
    await expect(fetch(stopping.url)).rejects.toThrow();
    expect(handedOver.destroyed).toBe(false);
    handedOver.destroy();
    await answered;
  });
});
