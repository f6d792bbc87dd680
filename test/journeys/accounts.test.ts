import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
let anonymous: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

const login = async () => {
  const { email, password } = runtime.ready;
  return anonymous.call('POST', '/api/v1/auth/login', { json: { email, password } });
};
const cookiesOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

describe('a login', () => {
  it('answers a token and sets three cookies that no script can read', async () => {
    const answer = await login();
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresIn: 900,
      user: { email: runtime.ready.email },
      team: { name: 'Mediashelf' },
    });
    const cookies = answer.headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['session', 'refreshToken', 'device']);
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect(JSON.stringify(answer.body)).not.toContain('passwordHash');
  });

  it('fails alike for an unknown address and a wrong password', async () => {
    const attempt = (email: string) =>
      anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: 'wrong password' } });
    const [unknown, wrong] = [await attempt('nobody@example.com'), await attempt(runtime.ready.email)];
    expect([unknown.status, unknown.body]).toEqual([401, { success: false, error: 'Invalid email or password' }]);
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
  });

  it('opens the API by cookie and by token until the logout, and then no more', async () => {
    const answer = await login();
    const byCookie = client(runtime.ready, { cookie: cookiesOf(answer.headers) });
    const byToken = client(runtime.ready, { authorization: `Bearer ${answer.body.data.accessToken}` });
    for (const caller of [byCookie, byToken]) {
      expect((await caller.call('GET', '/api/v1/auth/me')).body.data).toMatchObject({ role: 'owner' });
      expect((await caller.call('GET', '/api/v1/media')).status).toBe(200);
    }
    expect(
      (await byCookie.call('POST', '/api/v1/auth/logout', { headers: { origin: 'https://evil.example' } })).status,
    ).toBe(403);
    expect(
      (await byCookie.call('POST', '/api/v1/auth/logout', { headers: { origin: runtime.ready.http } })).status,
    ).toBe(200);
    for (const caller of [byCookie, byToken]) {
      expect((await caller.call('POST', '/api/v1/media', { json: {} })).status).toBe(401);
    }
  });

  it('does not make the refresh token a credential', async () => {
    const answer = await login();
    const refresh = /refreshToken=([^;]+)/.exec(answer.headers.getSetCookie().join('; '))?.[1];
    expect(
      (await client(runtime.ready, { cookie: `refreshToken=${refresh}` }).call('GET', '/api/v1/media')).status,
    ).toBe(401);
    expect(
      (await client(runtime.ready, { authorization: `Bearer ${refresh}` }).call('GET', '/api/v1/media')).status,
    ).toBe(401);
  });
});

describe('secrets', () => {
  it('are stored as hashes only', async () => {
    const answer = await login();
    const stored = JSON.stringify(await ops.items());
    const secrets = [
      runtime.ready.apiKey,
      runtime.ready.password,
      ...cookiesOf(answer.headers)
        .split('; ')
        .map((cookie) => cookie.split('=')[1]),
    ];
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });
});

describe('another team', () => {
  it('finds nothing of this one: every id answers as a missing one', async () => {
    const { CreateOwnerFunctionName } = runtime.ready.outputs;
    const other = (await ops.invoke(CreateOwnerFunctionName, {
      email: 'other@example.com',
      password: 'another password',
      teamName: 'Other',
    })) as { apiKey: string };
    const stranger = client({ ...runtime.ready, apiKey: other.apiKey });
    const { id, mediaId } = await api.upload({
      name: 'ours.txt',
      type: 'text/plain',
      bytes: Buffer.from('ours'),
      declare: { visibility: 'private' },
    });
    const before = await ops.library();
    const routes = [
      ['GET', `/api/v1/media/${mediaId}`],
      ['PATCH', `/api/v1/media/${mediaId}`],
      ['DELETE', `/api/v1/media/${mediaId}`],
      ['GET', `/api/v1/media/${mediaId}/content`],
      ['GET', `/m/${mediaId}/ours.txt`],
      ['GET', `/api/v1/uploads/${id}`],
      ['POST', `/api/v1/uploads/${id}/sign`],
      ['DELETE', `/api/v1/uploads/${id}`],
    ] as const;
    for (const [method, path] of routes) {
      const json = method === 'PATCH' ? { title: 'theirs' } : undefined;
      const foreign = await stranger.call(method, path, { json });
      const missing = await stranger.call(
        method,
        path.replace(mediaId, crypto.randomUUID()).replace(id, crypto.randomUUID()),
        { json },
      );
      expect([method, path, foreign.status, foreign.body]).toEqual([method, path, 404, missing.body]);
    }
    expect((await stranger.call('GET', '/api/v1/media')).body.data).toMatchObject({ total: 0, data: [] });
    expect(await ops.library()).toEqual(before);
    await expect(
      ops.invoke(CreateOwnerFunctionName, {
        email: 'OTHER@example.com',
        password: 'not their password',
        teamName: 'x',
      }),
    ).rejects.toThrow('taken');
  });
});
