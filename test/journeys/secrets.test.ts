import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { listen } from '../support/drivers/events.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let api: Client;
let anonymous: Client;
let logs = '';
beforeAll(async () => {
  runtime = await startRuntime(['--memory', '--verbose']);
  for (const stream of [runtime.child.stdout, runtime.child.stderr]) {
    stream?.on('data', (chunk) => {
      logs += String(chunk);
    });
  }
  api = client(runtime.ready);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

/** Everything secret that a day with the API brings about. */
const live = async (): Promise<readonly string[]> => {
  const { email, password, apiKey } = runtime.ready;
  const login = await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password } });
  const cookies = login.headers.getSetCookie().map((cookie) => /=([^;]*)/.exec(cookie)?.[1] ?? '');
  const { accessToken } = login.body.data;
  await client(runtime.ready, { authorization: `Bearer ${accessToken}` }).call('GET', '/api/v1/auth/me');
  await client(runtime.ready, { cookie: `session=${cookies[0]}` }).call('GET', '/api/v1/media');
  await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: 'a wrong password' } });
  await client(runtime.ready, { authorization: 'Bearer sk_live_guessedkey' }).call('GET', '/api/v1/media');

  const { ticket } = (await api.call('POST', '/api/v1/realtime/tickets', { json: {} })).body.data;
  const events = await listen({ ...runtime.ready, ws: `${runtime.ready.ws}?ticket=${ticket}` }, {});
  const headers = { 'idempotency-key': 'a-key-of-the-client' };
  const json = { filename: 'a.txt', fileSize: 5, mimeType: 'text/plain', visibility: 'private' };
  const { id, request } = (await api.call('POST', '/api/v1/uploads', { json, headers })).body.data;
  await api.put(request, Buffer.from('hello'));
  const { mediaId } = await api.outcome(id);
  await events.until((received) => received.some(({ event }) => event === 'media.created'));
  events.close();
  const content = await api.call('GET', `/api/v1/media/${mediaId}/content`);
  const signatures = [request.url, content.headers.get('location') ?? ''].map(
    (url) => new URL(url).searchParams.get('X-Amz-Signature') ?? '',
  );
  await api.call('POST', '/api/v1/media', { text: `{"token":"${accessToken}` });
  const uppy = (await api.call('POST', '/api/v1/uppy/tokens', { json: {} })).body.data;
  const form = await anonymous.call('GET', `${uppy.endpoint}/s3/params?filename=b.txt&type=text/plain`);
  signatures.push(form.body.fields['X-Amz-Signature']);
  await anonymous.call('GET', `${uppy.endpoint}/s3/multipart/nothing?key=nowhere`);
  return [
    ...[apiKey, password, accessToken, ticket, uppy.token, ...cookies, ...signatures],
    ...['a wrong password', 'sk_live_guessedkey', headers['idempotency-key']],
  ];
};

describe('logs', () => {
  it('hold no key, token, password, ticket or signature', async () => {
    const secrets = await live();
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(10);
    // The last request's line: whatever came before it is written.
    const last = await api.call('GET', '/api/v1/usage');
    const requestId = last.headers.get('x-request-id') ?? '';
    for (const deadline = Date.now() + 10_000; !logs.includes(requestId) && Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(logs).toContain(requestId);
    expect(logs).toContain('POST /api/v1/auth/login');
    for (const secret of secrets) expect(logs).not.toContain(secret);
  });
});

describe('answers to odd requests', () => {
  const LEAKS =
    /\barn:aws|\bat .+\.(?:m?js|ts):\d+|node_modules|TransactionCanceled|ValidationException|DynamoDB|\/tmp\//;
  const long = 'x'.repeat(10_000);

  it.each<[string, string, Record<string, unknown>?]>([
    ['GET', '/api/v1/media?limit=NaN'],
    ['GET', '/api/v1/media?limit=1e9'],
    ['GET', '/api/v1/media?__proto__=1'],
    ['GET', '/api/v1/media?limit[$ne]=1'],
    ['GET', `/api/v1/media?unknown=${long.slice(0, 6000)}`],
    ['GET', '/api/v1/trash?orderBy=__proto__'],
    ['GET', '/api/v1/media/..%2f..%2fetc'],
    ['GET', '/api/v1/media/%00'],
    ['POST', '/api/v1/media', { text: '{"url":' }],
    ['POST', '/api/v1/media', { text: '[]' }],
    ['POST', '/api/v1/media', { text: 'null' }],
    ['POST', '/api/v1/media', { json: { __proto__: null, filename: { $ne: 1 } } }],
    ['POST', '/api/v1/media', { json: { filename: '\ud800', url: 'https://e.example', fileSize: 1, mimeType: 'a/b' } }],
    ['POST', '/api/v1/media/check-duplicates', { json: { files: [{ filename: long, fileSize: 1 }] } }],
    ['POST', '/api/v1/media/check-duplicates', { json: { files: [{ filename: 'a', fileSize: 1e300 }] } }],
    ['POST', '/api/v1/uploads', { json: { filename: 'a', fileSize: Number.MAX_SAFE_INTEGER, mimeType: 'image/png' } }],
    ['POST', '/api/v1/media/upload', { text: 'x', headers: { 'content-type': 'multipart/form-data; boundary=' } }],
    ['POST', '/api/v1/media/nobody/restore'],
    ['DELETE', '/api/v1/trash/nobody'],
    ['GET', '/docs/..%2f..%2findex.mjs'],
    ['PUT', '/api/v1/media'],
  ])('(%#, a %s) are 4xx and tell nothing of the inside', async (method, path, send = {}) => {
    const answer: Answer = await api.call(method, path, send);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(JSON.stringify(answer.body)).not.toMatch(LEAKS);
  });
});
