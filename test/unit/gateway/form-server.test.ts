import { mkdtemp, rm } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import type { FormPart } from '../../../functions/api/form.ts';
import { formOf } from '../../../functions/api/form-body.ts';
import { FORM_LIMIT, type FormEvent } from '../../../functions/api/form-event.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import { crossOrigin } from '../../../functions/gateway/cross-origin.ts';
import { formServer } from '../../../functions/gateway/form-server.ts';
import { matcher } from '../../../functions/gateway/routes.ts';
import { spool } from '../../../functions/uploads/spool.ts';

let server: Server | undefined;
const stop = () => new Promise((done) => (server ? server.close(done).closeAllConnections() : done(undefined)));
afterEach(stop);

const start = async (handler: (event: FormEvent) => Promise<Result>): Promise<string> => {
  await stop();
  server = formServer({
    match: matcher([{ method: 'POST', path: '/upload/{id}', handler }]),
    crossOrigin: crossOrigin(['https://www.example.com']),
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
const ok = async (): Promise<Result> => ({
  statusCode: 201,
  headers: { 'x-request-id': 'r' },
  cookies: ['a=1', 'b=2'],
  body: '{}',
});

describe('the upload gateway', () => {
  it('hands JSON over in the event, as API Gateway does', async () => {
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
        'content-type': 'application/json',
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
      headers: { 'content-type': 'application/json' },
      isBase64Encoded: true,
      body: Buffer.from('hello').toString('base64'),
    });
    expect(seen?.stream).toBeUndefined();
    expect(seen?.headers.cookie).toBeUndefined();
    // What the client itself wrote there is no address that it may be counted by.
    expect(seen?.requestContext.http.sourceIp).toBe('5.6.7.8');
  });

  /** What the handler gets of a body: `stream` or `event`, and its length. */
  const handedOver = async (length: number, headers: Record<string, string>) => {
    let seen: unknown;
    const url = await start(async ({ stream, body = '' }) => {
      seen = stream ? ['stream', (await buffer(stream)).length] : ['event', Buffer.from(body, 'base64').length];
      return ok();
    });
    expect((await fetch(`${url}/upload/7`, { method: 'POST', body: Buffer.alloc(length), headers })).status).toBe(201);
    return seen;
  };

  it.each([1, FORM_LIMIT + 1])('hands a form of %d bytes over as a stream', async (length) =>
    expect(await handedOver(length, FORM)).toEqual(['stream', length]),
  );

  it('hands a form over in the event when that can be repeated under its key', async () => {
    const keyed = { ...FORM, 'idempotency-key': 'once' };
    expect(await handedOver(FORM_LIMIT, keyed)).toEqual(['event', FORM_LIMIT]);
    expect(await handedOver(FORM_LIMIT + 1, keyed)).toEqual(['stream', FORM_LIMIT + 1]);
  });

  it('reads JSON no further than shows that it is too large', async () => {
    const [kind, length] = (await handedOver(16 * 1024 * 1024, {})) as [string, number];
    expect([kind, length > 6 * 1024 * 1024, length < 7 * 1024 * 1024]).toEqual(['event', true, true]);
  });

  it('reads few bodies whole at once, and all in their turn', async () => {
    let atOnce = 0;
    let most = 0;
    const url = await start(async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
      return ok();
    });
    const calls = Array.from({ length: 12 }, () => fetch(`${url}/upload/7`, { method: 'POST', body: '{}' }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(12).fill(201));
    expect(most).toBe(4);
  });

  it('lets a client that is still sending read why it was refused', async () => {
    const url = await start(async () => ({ statusCode: 401, body: 'no' }));
    const answer = await fetch(`${url}/upload/7`, {
      method: 'POST',
      body: Buffer.alloc(3 * FORM_LIMIT),
      headers: FORM,
    });
    expect([answer.status, await answer.text()]).toEqual([401, 'no']);
  });

  describe('refuses a file of a form while megabytes of it are still to come, and the answer arrives', () => {
    const LIMIT = 100_000;
    const MEGABYTES = 30;

    const refusedBy = (look: (file: Extract<FormPart, { kind: 'file' }>, folder: string) => Promise<void>) =>
      start(async (event) => {
        const folder = await mkdtemp(join(tmpdir(), 'form-'));
        try {
          for await (const part of formOf(event)) if (part.kind === 'file') await look(part, folder);
          return await ok();
        } catch (error) {
          return { statusCode: (error as MediaError).status, body: (error as MediaError).message };
        } finally {
          await rm(folder, { recursive: true });
        }
      });

    /** Sends a form as a plain client does: all of its body, however early the answer stands. */
    const send = (url: string) => {
      const answered = Promise.withResolvers<[number | undefined, string]>();
      const form = request(`${url}/upload/7`, { method: 'POST', headers: FORM }, async (response) =>
        answered.resolve([response.statusCode, (await buffer(response)).toString()]),
      );
      form.once('error', answered.reject);
      const head =
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n';
      const body = function* () {
        yield Buffer.from(head);
        for (let sent = 0; sent < MEGABYTES; sent += 1) yield Buffer.alloc(1024 * 1024);
        yield Buffer.from('\r\n--x--\r\n');
      };
      Readable.from(body()).pipe(form);
      return answered.promise;
    };

    it('for its declared type', async () => {
      const url = await refusedBy(async () => {
        throw new MediaError('TYPE_NOT_ALLOWED', 'not this');
      });
      expect(await send(url)).toEqual([415, 'not this']);
    });

    it('for a limit that is passed early', async () => {
      const url = await refusedBy(async ({ body }, folder) => {
        if (!(await spool(body, join(folder, '0'), LIMIT))) throw new MediaError('TOO_LARGE', 'too large');
      });
      expect(await send(url)).toEqual([413, 'too large']);
    });
  });

  it('tells whoever reads the body that its client went away', async () => {
    const told = Promise.withResolvers<unknown>();
    const url = await start(async ({ stream }) => {
      socket.destroy();
      await buffer(stream as never).catch(told.resolve);
      return ok();
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /upload/7 HTTP/1.1\r\nhost: x\r\ncontent-type: ${FORM['content-type']}\r\ncontent-length: ${2 * FORM_LIMIT}\r\n\r\n${'a'.repeat(1000)}`,
    );
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
