import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { MediaError } from '../../../functions/domain/errors.ts';
import { crossOrigin } from '../../../functions/gateway/cross-origin.ts';
import { formServer } from '../../../functions/gateway/form-server.ts';
import { matcher } from '../../../functions/gateway/routes.ts';
import type { FormPart } from '../../../functions/http/form.ts';
import { formOf } from '../../../functions/http/form-body.ts';
import { FORM_LIMIT, type FormEvent } from '../../../functions/http/form-event.ts';
import { transportSecurity } from '../../../functions/http/render.ts';
import { spool } from '../../../functions/uploads/spool.ts';
import { eventually } from '../../support/drivers/eventually.ts';

let server: Server | undefined;
const stop = () => new Promise((done) => (server ? server.close(done).closeAllConnections() : done(undefined)));
afterEach(stop);

const start = async (
  handler: (event: FormEvent) => Promise<Result>,
  pace?: { bytes: number; milliseconds: number },
): Promise<string> => {
  await stop();
  server = formServer({
    match: matcher([{ method: 'POST', path: '/upload/{id}', handler }]),
    crossOrigin: crossOrigin(['https://www.example.com']),
    headers: transportSecurity('https://api.example'),
    ...(pace ? { pace } : {}),
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
  it('hands JSON over beside an event like that of API Gateway', async () => {
    let seen: FormEvent | undefined;
    let body: string | undefined;
    const url = await start(async (event) => {
      seen = event;
      body = String(await event.whole?.());
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
    });
    expect(body).toBe('hello');
    expect(seen?.stream).toBeUndefined();
    expect(seen?.headers.cookie).toBeUndefined();
    // What the client itself wrote there is no address that it may be counted by.
    expect(seen?.requestContext.http.sourceIp).toBe('5.6.7.8');
  });

  /** What the handler gets of a body: `stream` or `whole`, and its length. */
  const handedOver = async (length: number, headers: Record<string, string>) => {
    let seen: unknown;
    const url = await start(async ({ stream, whole }) => {
      seen = stream ? ['stream', (await buffer(stream)).length] : ['whole', (await whole?.())?.length];
      return ok();
    });
    expect((await fetch(`${url}/upload/7`, { method: 'POST', body: Buffer.alloc(length), headers })).status).toBe(201);
    return seen;
  };

  it.each([1, FORM_LIMIT + 1])('hands a form of %d bytes over as a stream', async (length) =>
    expect(await handedOver(length, FORM)).toEqual(['stream', length]),
  );

  it('hands a form over whole when that can be repeated under its key', async () => {
    const keyed = { ...FORM, 'idempotency-key': 'once' };
    expect(await handedOver(FORM_LIMIT, keyed)).toEqual(['whole', FORM_LIMIT]);
    expect(await handedOver(FORM_LIMIT + 1, keyed)).toEqual(['stream', FORM_LIMIT + 1]);
  });

  it('reads JSON no further than shows that it is too large', async () => {
    const [kind, length] = (await handedOver(16 * 1024 * 1024, {})) as [string, number];
    expect([kind, length > 6 * 1024 * 1024, length < 7 * 1024 * 1024]).toEqual(['whole', true, true]);
  });

  /** Calls from an address, as the load balancer hands them on. */
  const from = (address: string, headers: Record<string, string> = {}) => ({ 'x-forwarded-for': address, ...headers });

  it('reads few bodies whole at once, of one address fewer still, and all in their turn', async () => {
    const atOnce = new Map<string, number>();
    const most = { all: 0, one: 0 };
    const url = await start(async ({ whole, requestContext }) => {
      const { sourceIp } = requestContext.http;
      await whole?.();
      atOnce.set(sourceIp, (atOnce.get(sourceIp) ?? 0) + 1);
      most.all = Math.max(
        most.all,
        [...atOnce.values()].reduce((sum, each) => sum + each, 0),
      );
      most.one = Math.max(most.one, ...atOnce.values());
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce.set(sourceIp, (atOnce.get(sourceIp) ?? 0) - 1);
      return ok();
    });
    const calls = Array.from({ length: 18 }, (_, index) =>
      fetch(`${url}/upload/7`, { method: 'POST', body: '{}', headers: from(`10.0.0.${index % 3}`) }),
    );
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(18).fill(201));
    expect(most).toEqual({ all: 4, one: 2 });
  });

  /** The caller that the handler of a library finds in the headers. */
  const admit = ({ admitted, headers }: FormEvent): void => {
    const [userId = '', teamId = ''] = (headers.authorization ?? '').split(' ');
    admitted?.({ userId, teamId, credential: { kind: 'access-token', id: userId } });
  };

  describe('whose places are held by slow clients', () => {
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });
    /** Begins a request and leaves its body unsent. */
    const begin = (url: string, headers: Record<string, string>): Socket => {
      const lines = Object.entries({ host: 'x', 'content-length': '1000', ...headers });
      const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
      socket.write(`POST /upload/7 HTTP/1.1\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\nabc`);
      sockets.push(socket);
      return socket;
    };
    /** A server whose handler reads bodies of signed-in callers, and the addresses of those whose headers it saw. */
    const library = async () => {
      const seen: string[] = [];
      const url = await start(async ({ stream, whole, headers, requestContext }) => {
        seen.push(requestContext.http.sourceIp);
        if (headers.authorization === undefined) return { statusCode: 401 };
        if (stream) await buffer(stream);
        else await whole?.();
        return ok();
      });
      return { url, seen };
    };
    const signedIn = { authorization: 'Bearer somebody' };
    const post = (url: string, headers: Record<string, string>) =>
      fetch(`${url}/upload/7`, { method: 'POST', body: 'x', headers });

    it.each([
      ['JSON', { 'content-type': 'application/json' }],
      ['a form with a key', { ...FORM, 'idempotency-key': 'once' }],
      ['a form', FORM],
    ])('answers a stranger who sends %s before any of it has come', async (_, headers) => {
      const { url } = await library();
      const heads = Array.from({ length: 40 }, () => once(begin(url, from('6.6.6.6', headers)), 'data'));
      for (const [head] of await Promise.all(heads)) expect(String(head)).toMatch(/^HTTP\/1.1 (401|503) /);
      expect((await post(url, from('6.6.6.6', { ...headers, ...signedIn }))).status).toBe(201);
    });

    it('has few of them for one person, whatever addresses they send from, and serves others', async () => {
      let begun = 0;
      const url = await start(async ({ stream, admitted, headers }) => {
        try {
          const sender = headers.authorization ?? '';
          admitted?.({ userId: sender, teamId: sender, credential: { kind: 'access-token', id: sender } });
        } catch (error) {
          return { statusCode: (error as MediaError).status };
        }
        begun += 1;
        if (stream) await buffer(stream);
        return ok();
      });
      const slow = Array.from({ length: 16 }, (_, at) => begin(url, from(`6.6.6.${at % 2}`, { ...FORM, ...signedIn })));
      await eventually(() => expect(begun).toBe(8));
      expect((await post(url, from('7.7.7.7', { ...FORM, ...signedIn }))).status).toBe(503);
      expect((await post(url, from('7.7.7.7', { ...FORM, authorization: 'Bearer other' }))).status).toBe(201);
      for (const socket of slow) socket.destroy();
      await eventually(async () =>
        expect((await post(url, from('7.7.7.7', { ...FORM, ...signedIn }))).status).toBe(201),
      );
    });

    it('reads a body in the turn of its sender, so that no other of an office waits for a slow one', async () => {
      const begun: string[] = [];
      const url = await start(async (event) => {
        admit(event);
        begun.push(event.headers.authorization ?? '');
        await event.whole?.();
        return ok();
      });
      const as = (authorization: string, address = '6.6.6.6') => from(address, { authorization });
      for (const _ of Array(4)) begin(url, as('slow team'));
      for (const at of [1, 2, 3]) begin(url, as(`g${at} guest-${at}`));
      await eventually(() => expect(begun).toHaveLength(7));
      // Two of the four are one person's, and one is for all guests of the address.
      expect((await post(url, as('colleague team'))).status).toBe(201);
      expect((await post(url, as('neighbour other', '7.7.7.7'))).status).toBe(201);
    });

    it.each([
      ['JSON', { 'content-type': 'application/json' }],
      ['forms', FORM],
    ])('serves other addresses while one sends %s slowly, and that one as soon as it has gone', async (_, headers) => {
      const { url, seen } = await library();
      const slow = Array.from({ length: 40 }, () => begin(url, from('6.6.6.6', { ...headers, ...signedIn })));
      // Half of the places are taken, and the others were answered that there are none.
      await eventually(() => expect(seen).toHaveLength(16));
      expect((await post(url, from('6.6.6.6', { ...headers, ...signedIn }))).status).toBe(503);
      expect((await post(url, from('7.7.7.7', { ...headers, ...signedIn }))).status).toBe(201);
      for (const socket of slow) socket.destroy();
      await eventually(async () =>
        expect((await post(url, from('6.6.6.6', { ...headers, ...signedIn }))).status).toBe(201),
      );
    });
  });

  it('cuts off a form that comes slower than a line brings it, and no other', async () => {
    const ended: unknown[] = [];
    const url = await start(
      async ({ stream }) => {
        if (stream) await buffer(stream).catch((error) => ended.push(error));
        return ok();
      },
      { bytes: 100, milliseconds: 200 },
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    socket.write(
      `POST /upload/7 HTTP/1.1\r\nhost: x\r\ncontent-type: ${FORM['content-type']}\r\ncontent-length: 100000\r\n\r\n`,
    );
    const closed = once(socket, 'close');
    const dripping = setInterval(() => socket.write('a'), 20);
    await closed;
    clearInterval(dripping);
    await eventually(() => expect(ended).toHaveLength(1));
    expect((await fetch(`${url}/upload/7`, { method: 'POST', body: 'x', headers: FORM })).status).toBe(201);
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

  it('tells the reader of the body that its client went away', async () => {
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

  it('asks browsers for TLS in every answer, also in those of the server itself', async () => {
    const url = await start(ok);
    const answers = [
      await fetch(`${url}/upload/7`, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }),
      await fetch(`${url}/upload/7`),
      await fetch(`${url}/upload/7`, {
        method: 'OPTIONS',
        headers: { origin: 'https://www.example.com', 'access-control-request-method': 'POST' },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 404, 204]);
    for (const { headers } of answers) expect(headers.get('strict-transport-security')).toContain('max-age=');
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
    expect(granted.headers.get('access-control-allow-credentials')).toBe('true');
    const other = await preflight('https://www.example.com.evil.test');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
