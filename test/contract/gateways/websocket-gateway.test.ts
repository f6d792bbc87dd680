import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import { createWebSocketGateway, type WebSocketGatewayOptions } from '../../../local/websocket/gateway.ts';
import { sendRaw } from './raw-http.ts';
import { type AnyEvent, scriptedFunctions } from './scripted-functions.ts';

type Functions = Record<string, (event: AnyEvent) => unknown>;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const ok = () => ({ statusCode: 200 });

const start = async (functions: Functions = {}, options: Partial<WebSocketGatewayOptions> = {}) => {
  const { host, invocations, withdrawals } = scriptedFunctions({
    connect: ok,
    disconnect: ok,
    fallback: ok,
    named: ok,
    ...functions,
  });
  const sockets = createWebSocketGateway({
    routes: { connect: 'connect', disconnect: 'disconnect', default: 'fallback', custom: { ping: 'named' } },
    routeSelectionExpression: '$request.body.action',
    apiId: 'ws123',
    stage: 'ws',
    functions: host,
    ...options,
  });
  const http = await startHttpGateway({ port: 0, routes: [], apiId: 'api', functions: host, upgrade: sockets.upgrade });
  stops.push(async () => {
    await sockets.stop();
    await http.stop();
  });
  const events = (name: string): AnyEvent[] =>
    invocations.filter((each) => each.name === name).map(({ event }) => event);
  return { sockets, http, url: `${http.url.replace('http', 'ws')}/ws`, events, withdrawals };
};

const opened = (
  url: string,
  ...rest: ConstructorParameters<typeof WebSocket> extends [unknown, ...infer R] ? R : never
) =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(url, ...rest);
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });

const closing = (socket: WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });

const nextMessage = (socket: WebSocket) =>
  new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const send = (method: string, connectionId: string, body = '') => ({ method, connectionId, body: Buffer.from(body) });

describe('$connect', () => {
  it('hears of headers, query and identity before the handshake is answered', async () => {
    const { url, events } = await start();
    await opened(`${url}?ticket=a&ticket=b`, [], { headers: { Authorization: 'Bearer x', 'User-Agent': 'test' } });
    expect(events('connect')).toEqual([
      {
        headers: expect.objectContaining({
          Authorization: 'Bearer x',
          'User-Agent': 'test',
          'X-Forwarded-For': '127.0.0.1',
        }),
        multiValueHeaders: expect.objectContaining({ Authorization: ['Bearer x'] }),
        queryStringParameters: { ticket: 'b' },
        multiValueQueryStringParameters: { ticket: ['a', 'b'] },
        requestContext: {
          routeKey: '$connect',
          eventType: 'CONNECT',
          extendedRequestId: expect.any(String),
          requestTime: expect.stringMatching(/ \+0000$/),
          requestTimeEpoch: expect.any(Number),
          messageDirection: 'IN',
          requestId: expect.any(String),
          connectionId: expect.stringMatching(/^[\w-]{15}=$/),
          connectedAt: expect.any(Number),
          apiId: 'ws123',
          stage: 'ws',
          domainName: new URL(url).host,
          identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
        },
        isBase64Encoded: false,
      },
    ]);
  });

  it.each([
    ['401', () => ({ statusCode: 401 })],
    ['403', () => ({ statusCode: 403 })],
    ['500', () => ({ statusCode: 503 })],
    ['500', () => Promise.reject(new Error('secret'))],
    ['500', () => undefined],
  ])('refuses the handshake with %s', async (status, connect) => {
    const { url, events } = await start({ connect });
    await expect(opened(url)).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(events('disconnect')).toEqual([]);
  });

  it('chooses the subprotocol, or none', async () => {
    const chosen = await start({ connect: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'two' } }) });
    expect((await opened(chosen.url, ['one', 'two'])).protocol).toBe('two');
    const silent = await start();
    await expect(opened(silent.url, ['one'])).rejects.toThrow('Server sent no subprotocol');
  });

  it('never runs for a handshake that is broken anyway', async () => {
    const { http, events } = await start();
    const head = 'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    for (const rest of [
      '',
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n',
    ])
      expect(await sendRaw(http.url, `${head}${rest}\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    expect(events('connect')).toEqual([]);
  });

  it('is followed by $disconnect when the client left before the answer', async () => {
    let answer: (result: unknown) => void = () => undefined;
    const { url, events } = await start({
      connect: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    await until(() => events('connect').length === 1);
    socket.terminate();
    answer(ok());
    await until(() => events('disconnect').length === 1);
    expect(events('disconnect')[0].requestContext.disconnectStatusCode).toBe(1006);
  });
});

describe('a handshake that its client gave up', () => {
  const never = () => new Promise(() => undefined);

  it.each([
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('is withdrawn when the client %s', async (_how, leave) => {
    const { http, events, withdrawals } = await start({ connect: never });
    const socket = connect(Number(new URL(http.url).port), '127.0.0.1');
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await until(() => events('connect').length === 1);
    leave(socket);
    await until(() => withdrawals.length === 1);
    expect(withdrawals).toEqual(['connect']);
    socket.destroy();
  });

  it('is withdrawn when $connect takes too long', async () => {
    const { url, withdrawals } = await start({ connect: never }, { limits: { integrationMs: 50 } });
    await expect(opened(url)).rejects.toThrow('Unexpected server response: 500');
    expect(withdrawals).toEqual(['connect']);
  });

  it('is withdrawn when the runtime stops, and so is a message', async () => {
    let answer: unknown = { statusCode: 200 };
    const { sockets, url, events, withdrawals } = await start({ connect: () => answer, named: never });
    const socket = await opened(url);
    socket.send('{"action":"ping"}');
    answer = never();
    const late = opened(url);
    late.catch(() => {});
    await until(() => events('named').length === 1 && events('connect').length === 2);
    await sockets.stop();
    await expect(late).rejects.toThrow();
    expect(new Set(withdrawals)).toEqual(new Set(['connect', 'named']));
  });
});

describe('messages', () => {
  it('go to the route that the action names, and to $default otherwise', async () => {
    const { url, events } = await start();
    const socket = await opened(url);
    const others = ['{"action":"other"}', 'no json', '{"action":"__proto__"}', '{"action":5}', 'null'];
    for (const message of ['{"action":"ping"}', ...others]) socket.send(message);
    await until(() => events('named').length + events('fallback').length === 6);
    const [event] = events('named');
    expect(event).toMatchObject({
      body: '{"action":"ping"}',
      requestContext: { routeKey: 'ping', eventType: 'MESSAGE' },
    });
    expect(event.requestContext.messageId).toEqual(expect.any(String));
    expect(events('fallback').map(({ body }) => body)).toEqual(others);
  });

  it('are answered only on a route with a route response', async () => {
    const functions = {
      fallback: () => ({ statusCode: 200, body: 'quiet' }),
      named: () => ({ statusCode: 200, body: 'pong' }),
    };
    const { url } = await start(functions, { routeResponses: new Set(['ping']) });
    const socket = await opened(url);
    const answer = nextMessage(socket);
    socket.send('x');
    socket.send('{"action":"ping"}');
    expect(await answer).toBe('pong');
  });

  it('reach no function that the API may not invoke', async () => {
    const refused: string[] = [];
    const { url, events } = await start(
      {},
      {
        mayInvoke: (functionName) => functionName === 'connect',
        onError: (error, routeKey) => refused.push(`${routeKey}: ${(error as Error).message}`),
      },
    );
    const socket = await opened(url);
    const answer = nextMessage(socket);
    socket.send('{"action":"ping"}');
    expect(JSON.parse(await answer)).toMatchObject({ message: 'Internal server error' });
    expect(events('named')).toEqual([]);
    expect(refused).toEqual(['ping: the template does not let the API invoke named']);
  });

  it('are answered with an error when the function fails or no route takes them', async () => {
    const { url } = await start(
      { named: () => Promise.reject(new Error('secret')) },
      { routes: { custom: { ping: 'named' } } },
    );
    const socket = await opened(url);
    for (const [message, words] of [
      ['{"action":"ping"}', 'Internal server error'],
      ['x', 'Forbidden'],
    ] as const) {
      const answer = nextMessage(socket);
      socket.send(message);
      expect(JSON.parse(await answer)).toEqual({
        message: words,
        connectionId: expect.any(String),
        requestId: expect.any(String),
      });
    }
  });

  it('of one flood run a few at a time, while another connection is served', async () => {
    let running = 0;
    let most = 0;
    const releases: (() => void)[] = [];
    const fallback = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => releases.push(resolve));
      running -= 1;
    };
    const { url, events } = await start({ fallback });
    const [flood, other] = await Promise.all([opened(url), opened(url)]);
    for (let count = 0; count < 500; count += 1) flood.send('x');
    await until(() => running === 4);
    other.send('{"action":"ping"}');
    await until(() => events('named').length === 1);
    const release = setInterval(() => {
      for (const each of releases.splice(0)) each();
    }, 1);
    await until(() => events('fallback').length === 500);
    clearInterval(release);
    expect(most).toBe(4);
  });

  it('may have 128 KB in frames of 32 KB', async () => {
    const { url, events } = await start();
    const socket = await opened(url);
    for (let frame = 0; frame < 4; frame += 1) socket.send('x'.repeat(32 * 1024), { fin: frame === 3 });
    await until(() => events('fallback').length === 1);
    expect(events('fallback')[0].body).toHaveLength(128 * 1024);
  });

  it.each([
    ['a frame over 32 KB', 1009, (socket: WebSocket) => socket.send('x'.repeat(32 * 1024 + 1))],
    [
      'a message over 128 KB',
      1009,
      (socket: WebSocket) => {
        for (let frame = 0; frame < 5; frame += 1) socket.send('x'.repeat(32 * 1024), { fin: frame === 4 });
      },
    ],
    ['binary', 1003, (socket: WebSocket) => socket.send(Buffer.from([1]))],
    ['text that is no UTF-8', 1007, (socket: WebSocket) => socket.send(Buffer.from([0xff]), { binary: false })],
  ])('end the connection when they are %s', async (_case, code, act) => {
    const { url, events } = await start();
    const socket = await opened(url);
    const closed = closing(socket);
    act(socket);
    expect((await closed).code).toBe(code);
    expect(events('fallback')).toEqual([]);
  });
});

describe('the end of a connection', () => {
  it('is told to $disconnect with code and reason', async () => {
    const { url, events } = await start();
    (await opened(url)).close(4001, 'done');
    await until(() => events('disconnect').length === 1);
    expect(events('disconnect')[0].requestContext).toMatchObject({
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      connectionId: events('connect')[0].requestContext.connectionId,
      disconnectStatusCode: 4001,
      disconnectReason: 'done',
    });
  });

  it.each([['idleMs'], ['durationMs']])('comes with 1001 when %s has passed', async (limit) => {
    const { url, events } = await start({}, { limits: { [limit]: 60 } });
    expect(await closing(await opened(url))).toEqual({ code: 1001, reason: 'Going away' });
    await until(() => events('disconnect').length === 1);
    expect(events('disconnect')[0].requestContext.disconnectStatusCode).toBe(1001);
  });

  it('comes with 1001 and no $disconnect when the runtime stops, even for a client that does not answer', async () => {
    const { url, sockets, events } = await start();
    const [polite, deaf] = await Promise.all([opened(url), opened(url)]);
    deaf.pause();
    const closed = closing(polite);
    await sockets.stop();
    expect((await closed).code).toBe(1001);
    expect(events('disconnect')).toEqual([]);
    deaf.terminate();
  });
});

describe('the management API', () => {
  it('posts to a connection, describes it, and ends it', async () => {
    const { url, sockets, events } = await start();
    const socket = await opened(url, [], { headers: { 'User-Agent': 'test' } });
    const id = events('connect')[0].requestContext.connectionId;
    const received = nextMessage(socket);
    expect(sockets.manage(send('POST', id, '{"é":1}')).status).toBe(200);
    expect(await received).toBe('{"é":1}');
    expect(JSON.parse(sockets.manage(send('GET', id)).body)).toEqual({
      connectedAt: expect.stringMatching(/Z$/),
      identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
      lastActiveAt: expect.stringMatching(/Z$/),
    });
    const closed = closing(socket);
    expect(sockets.manage(send('DELETE', id)).status).toBe(204);
    expect(sockets.manage(send('POST', id, 'late')).status).toBe(410);
    expect((await closed).code).toBe(1000);
  });

  it('answers 410 GoneException for a connection that does not exist', async () => {
    const { sockets } = await start();
    for (const method of ['POST', 'GET', 'DELETE'])
      expect(sockets.manage(send(method, 'nobody='))).toMatchObject({
        status: 410,
        headers: { 'x-amzn-errortype': 'GoneException' },
      });
  });

  it('drops a consumer that does not read instead of storing for it', async () => {
    const { url, sockets, events } = await start();
    const socket = await opened(url);
    socket.pause();
    const id = events('connect')[0].requestContext.connectionId;
    let posts = 0;
    while (sockets.manage(send('POST', id, 'x'.repeat(128 * 1024))).status === 200) {
      posts += 1;
      expect(posts).toBeLessThan(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => events('disconnect').length === 1);
    expect(sockets.manage(send('POST', id, 'x')).status).toBe(410);
    socket.terminate();
  });
});
