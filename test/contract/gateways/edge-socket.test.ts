import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { startEdge } from '../../../local/edge/edge.ts';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import { createWebSocketGateway } from '../../../local/websocket/gateway.ts';
import { behaviour, edgeSpec } from '../../support/drivers/small-edge.ts';
import { scriptedFunctions } from './scripted-functions.ts';

/** The client's own interval; see client/realtime/realtime.ts. */
const HEARTBEAT_MS = 240_000;

/** All but the clock and `setInterval`. */
const REAL = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setTimeout', 'clearTimeout'] as const),
];

const stops: (() => Promise<void>)[] = [];
// The clock and what watches idle connections are the test's; sockets are real.
beforeEach(() => void jest.useFakeTimers({ doNotFake: REAL }));
afterEach(async () => {
  jest.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

const start = async (): Promise<string> => {
  const ok = () => ({ statusCode: 200 });
  const { host } = scriptedFunctions({
    connect: ok,
    disconnect: ok,
    fallback: () => ({ statusCode: 200, body: 'pong' }),
  });
  const sockets = createWebSocketGateway({
    routes: { connect: 'connect', disconnect: 'disconnect', default: 'fallback', custom: {} },
    routeSelectionExpression: '$request.body.action',
    apiId: 'ws123',
    stage: 'ws',
    functions: host,
    routeResponses: new Set(['$default']),
  });
  const http = await startHttpGateway({ port: 0, routes: [], apiId: 'api', functions: host, upgrade: sockets.upgrade });
  const edge = await startEdge({
    port: 0,
    spec: () => edgeSpec([behaviour('/ws', { passesAll: true })]),
    addressOf: () => http.url,
    resolve: (text) => text,
    credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    report: () => {},
  });
  stops.push(async () => {
    await edge.stop();
    await sockets.stop();
    await http.stop();
  });
  return `${edge.url.replace('http', 'ws')}/ws`;
};

const opened = (url: string) =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });

describe('a WebSocket at the edge', () => {
  it('lives over ten minutes by the pings of the client, and ends without them', async () => {
    const socket = await opened(await start());
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    for (let ping = 0; ping < 6; ping += 1) {
      jest.advanceTimersByTime(HEARTBEAT_MS);
      const answered = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
      socket.send(JSON.stringify({ action: 'ping' }));
      expect(await Promise.race([answered, closed])).toBe('pong');
    }
    jest.advanceTimersByTime(10 * 60_000);
    expect(await closed).toBe(1001);
  });
});
