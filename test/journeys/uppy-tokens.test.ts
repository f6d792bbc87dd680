import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorShape } from '../support/checks/shapes.ts';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { sendForm, sessionOf } from '../support/drivers/uppy-client.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const anonymous = () => client(runtime.ready, {});
const tokenOf = async (who: Client): Promise<string> =>
  (await who.call('POST', '/api/v1/uppy/tokens', { json: {} })).body.data.endpoint;
const loggedIn = async (email: string, password: string): Promise<Client> => {
  const { body } = await anonymous().call('POST', '/api/v1/auth/login', { json: { email, password } });
  return client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
};
const refused = ({ status, body }: Answer, expected: number) => {
  expect(status).toBe(expected);
  errorShape('uppy', body);
};

describe('a token for Uppy', () => {
  const path = (token: string) => `/api/v1/uppy/${token}/s3/params?filename=a.txt&type=text/plain`;
  const token = (endpoint: string) => endpoint.slice(endpoint.lastIndexOf('/') + 1);

  it('is no credential anywhere else, and no other credential is one in its place', async () => {
    const endpoint = await tokenOf(await loggedIn(runtime.ready.email, runtime.ready.password));
    const bearer = client(runtime.ready, { authorization: `Bearer ${token(endpoint)}` });
    for (const route of [
      '/api/v1/media',
      '/api/v1/auth/me',
      '/base/api/media',
      '/v1/media/files',
      '/api/v1/uppy/s3/params',
    ]) {
      expect([route, (await bearer.call('GET', route)).status]).toEqual([route, 401]);
    }
    expect((await bearer.call('POST', '/api/v1/uppy/tokens', { json: {} })).status).toBe(401);
    const login = { email: runtime.ready.email, password: runtime.ready.password };
    const { body, headers } = await anonymous().call('POST', '/api/v1/auth/login', { json: login });
    const cookies = headers.getSetCookie().map((cookie) => /=([^;]*)/.exec(cookie)?.[1] ?? '');
    for (const secret of [body.data.accessToken, runtime.ready.apiKey, ...cookies, 'x']) {
      refused(await anonymous().call('GET', path(secret)), 401);
    }
    const changed = `${token(endpoint).slice(0, -4)}AAAA`;
    refused(await anonymous().call('GET', path(changed)), 401);
  });

  it('comes alone: cookies of a page beside it are not looked at, a header is one credential too many', async () => {
    const endpoint = token(await tokenOf(api));
    const withCookie = client(runtime.ready, { cookie: 'session=whatever' });
    expect((await withCookie.call('GET', path(endpoint))).status).toBe(200);
    refused(await api.call('GET', path(endpoint)), 400);
  });

  it('ends with the key or the login that it was asked for by', async () => {
    const made = await (await loggedIn(runtime.ready.email, runtime.ready.password)).call('POST', '/api/v1/api-keys', {
      json: { name: 'for Uppy', scopes: ['media:create'] },
    });
    const ofKey = token(await tokenOf(client(runtime.ready, { authorization: `Bearer ${made.body.data.key}` })));
    expect((await anonymous().call('GET', path(ofKey))).status).toBe(200);
    const person = await loggedIn(runtime.ready.email, runtime.ready.password);
    await person.call('DELETE', `/api/v1/api-keys/${made.body.data.id}`);
    refused(await anonymous().call('GET', path(ofKey)), 401);
    const ofLogin = token(await tokenOf(person));
    expect((await anonymous().call('GET', path(ofLogin))).status).toBe(200);
    await person.call('POST', '/api/v1/auth/logout');
    refused(await anonymous().call('GET', path(ofLogin)), 401);
  });

  it('is not given to who may only read', async () => {
    const made = await (await loggedIn(runtime.ready.email, runtime.ready.password)).call('POST', '/api/v1/api-keys', {
      json: { name: 'reads', scopes: ['media:read'] },
    });
    const reader = client(runtime.ready, { authorization: `Bearer ${made.body.data.key}` });
    expect((await reader.call('POST', '/api/v1/uppy/tokens', { json: {} })).status).toBe(403);
  });

  it('is not asked for by a page of another site with the cookie of its visitor', async () => {
    const login = { email: runtime.ready.email, password: runtime.ready.password };
    const { headers } = await anonymous().call('POST', '/api/v1/auth/login', { json: login });
    const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    const before = await ops.library();
    const visitor = client(runtime.ready, { cookie, origin: 'https://elsewhere.example' });
    refused(await visitor.call('GET', '/api/v1/uppy/s3/params?filename=a.txt&type=text/plain'), 403);
    expect(await ops.library()).toEqual(before);
    const own = client(runtime.ready, { cookie });
    const asked = await own.call('GET', '/api/v1/uppy/s3/params?filename=a.txt&type=text/plain');
    expect((await sendForm(asked.body, Buffer.from('by cookie'))).status).toBe(201);
    expect((await api.outcome(sessionOf(asked.body.fields.key))).status).toBe('active');
  });
});
