import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { FORM_LIMIT, type FormEvent } from '../../../functions/api/form-event.ts';
import { crossOrigin } from '../../../functions/gateway/cross-origin.ts';
import { formServer } from '../../../functions/gateway/form-server.ts';
import { matcher } from '../../../functions/gateway/routes.ts';

let server: Server | undefined;
afterEach(() => new Promise((done) => (server ? server.close(done).closeAllConnections() : done(undefined))));

const start = async (handler: (event: FormEvent) => Promise<Result>): Promise<string> => {
  server = formServer({
    match: matcher([{ method: 'POST', path: '/upload/{id}', handler }]),
    crossOrigin: crossOrigin(['https://www.example.com']),
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const ok = async (): Promise<Result> => ({
  statusCode: 201,
  headers: { 'x-request-id': 'r' },
  cookies: ['a=1', 'b=2'],
  body: '{}',
});

describe('the upload gateway', () => {
  it('hands a small body over in the event, as API Gateway does', async () => {
    let seen: FormEvent | undefined;
    const url = await start(async (event) => {
      seen = event;
      return ok();
    });
    const answer = await fetch(`${url}/upload/7?a=b%20c`, {
      method: 'POST',
      body: 'hello',
      headers: {
        cookie: 'session=s; other=o',
        'x-forwarded-for': '1.2.3.4, 5.6.7.8',
        'content-type': 'multipart/form-data; boundary=x',
      },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen).toMatchObject({
      routeKey: 'POST /upload/{id}',
      rawPath: '/upload/7',
      rawQueryString: 'a=b%20c',
      queryStringParameters: { a: 'b c' },
      pathParameters: { id: '7' },
      cookies: ['session=s', 'other=o'],
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      isBase64Encoded: true,
      body: Buffer.from('hello').toString('base64'),
    });
    expect(seen?.stream).toBeUndefined();
    expect(seen?.headers.cookie).toBeUndefined();
    // What the client itself wrote there is no address that it may be counted by.
    expect(seen?.requestContext.http.sourceIp).toBe('5.6.7.8');
  });

  it('hands a larger body over as a stream', async () => {
    let length = 0;
    const url = await start(async ({ stream, body }) => {
      expect(body).toBeUndefined();
      length = stream ? (await buffer(stream)).length : -1;
      return ok();
    });
    const answer = await fetch(`${url}/upload/7`, { method: 'POST', body: Buffer.alloc(FORM_LIMIT + 1) });
    expect(answer.status).toBe(201);
    expect(length).toBe(FORM_LIMIT + 1);
  });

  it('lets a client that is still sending read why it was refused', async () => {
    const url = await start(async () => ({ statusCode: 401, body: 'no' }));
    const answer = await fetch(`${url}/upload/7`, { method: 'POST', body: Buffer.alloc(3 * FORM_LIMIT) });
    expect([answer.status, await answer.text()]).toEqual([401, 'no']);
  });

  it('tells whoever reads the body that its client went away', async () => {
    const told = Promise.withResolvers<unknown>();
    const url = await start(async ({ stream }) => {
      socket.destroy();
      await buffer(stream as never).catch(told.resolve);
      return ok();
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`POST /upload/7 HTTP/1.1\r\nhost: x\r\ncontent-length: ${2 * FORM_LIMIT}\r\n\r\n${'a'.repeat(1000)}`);
    expect(await told.promise).toMatchObject({ code: 'ECONNRESET' });
  });

  it('answers what it does not serve like a gateway', async () => {
    const url = await start(ok);
    expect((await fetch(`${url}/upload/7`)).status).toBe(404);
    expect((await fetch(`${url}/upload/%ff`, { method: 'POST' })).status).toBe(400);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('grants the allowed sites alone what the HTTP API grants them', async () => {
    const url = await start(ok);
    const preflight = (origin: string) =>
      fetch(`${url}/upload/7`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const granted = await preflight('https://www.example.com');
    expect(granted.status).toBe(204);
    expect(granted.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(granted.headers.get('access-control-allow-credentials')).toBeNull();
    const other = await preflight('https://www.example.com.evil.test');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});
