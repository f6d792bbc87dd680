import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '../../functions/api/route-table.ts';
import { ROLES, type Role, SCOPES, type Scope, scopesOfRole } from '../../functions/domain/scopes.ts';
import { type Client, client } from '../support/client.ts';
import { operator } from '../support/operator.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

/**
 * Every route of the table against every kind of caller. Ids are random and bodies empty, so that whoever passes the door
 * is told 400 or 404 behind it and changes nothing that the next call needs.
 */
let runtime: Runtime;
let owner: Client;
let anonymous: Client;
let stranger: Client;
const members = new Map<Role, Client>();
const keys = new Map<Scope, Client>();
let revoked: Client;
let ours: Readonly<Record<string, string>>;

const PASSWORD = 'a password for the matrix';
const withToken = (token: string) => client(runtime.ready, { authorization: `Bearer ${token}` });

const loginAs = async (email: string, password: string) =>
  withToken((await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password } })).body.data.accessToken);

const aMember = async (teamId: string, role: Role) => {
  const email = `${role}@matrix.example`;
  const invited = await owner.call('POST', `/api/v1/teams/${teamId}/invitations`, { json: { email, role } });
  const json = { token: invited.body.data.token, password: PASSWORD };
  const joined = await anonymous.call('POST', '/api/v1/invitations/accept', { json });
  return withToken(joined.body.data.accessToken);
};

const aKey = async (scopes: readonly Scope[]) =>
  (await owner.call('POST', '/api/v1/api-keys', { json: { name: scopes.join(' '), scopes } })).body.data;

beforeAll(async () => {
  runtime = await startRuntime();
  anonymous = client(runtime.ready, {});
  owner = await loginAs(runtime.ready.email, runtime.ready.password);
  const me = (await owner.call('GET', '/api/v1/auth/me')).body.data;
  members.set('owner', owner);
  for (const role of ROLES.filter((name) => name !== 'owner')) members.set(role, await aMember(me.team.id, role));
  for (const scope of SCOPES) keys.set(scope, withToken((await aKey([scope])).key));
  const gone = await aKey(SCOPES);
  await owner.call('DELETE', `/api/v1/api-keys/${gone.id}`);
  revoked = withToken(gone.key);

  const ops = operator(runtime.ready);
  const other = (await ops.invoke(runtime.ready.outputs.CreateOwnerFunctionName, {
    email: 'stranger@matrix.example',
    password: PASSWORD,
    teamName: 'Strangers',
  })) as { apiKey: string };
  stranger = withToken(other.apiKey);

  const bytes = Buffer.from('what is ours');
  const uploaded = await owner.upload({ name: 'a.txt', type: 'text/plain', bytes, declare: { visibility: 'private' } });
  const trashed = await owner.upload({ name: 'b.txt', type: 'text/plain', bytes: Buffer.from('and this') });
  await owner.call('DELETE', `/api/v1/media/${trashed.mediaId}`);
  const tag = (await owner.call('POST', '/api/v1/media-tags', { json: { name: 'Ours' } })).body.data;
  ours = {
    '/m/': uploaded.mediaId,
    '/api/v1/media/': uploaded.mediaId,
    '/api/v1/uploads/': uploaded.id,
    '/api/v1/media-tags/': tag.id,
    '/api/v1/trash/': trashed.mediaId,
    '/api/v1/api-keys/': (await aKey(['media:read'])).id,
    '/api/v1/teams/': me.team.id,
  };
}, 120_000);
afterAll(() => runtime?.stop());

type Entry = (typeof routes)[number];
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const guarded = named.filter(([, { access }]) => access !== 'public' && access !== 'optional');
const scoped = guarded.filter(([, { access }]) => access !== 'signed-in') as (readonly [
  string,
  Entry & { access: Scope },
])[];
const withId = guarded.filter(([, { path }]) => path.includes('{id}'));

const place = (path: string, id: string): string => path.replace('{id}', id).replace(/\{\w+\}/g, 'x');
const knock = (caller: Client, { method, path }: Entry, id: string = crypto.randomUUID()) =>
  caller.call(method, place(path, id), method === 'GET' || method === 'HEAD' ? {} : { json: {} });

describe('whoever comes without a credential', () => {
  it.each(guarded)('is refused by %s', async (_, route) => expect((await knock(anonymous, route)).status).toBe(401));

  it.each(named.filter(([, { access }]) => access === 'public' || access === 'optional'))(
    'is let in by %s',
    async (_, route) => expect((await knock(anonymous, route)).status).not.toBe(403),
  );
});

describe('a revoked key', () => {
  it.each(guarded)('is refused by %s', async (_, route) => expect((await knock(revoked, route)).status).toBe(401));
});

describe.each(ROLES)('the role %s', (role) => {
  it.each(scoped)('is let in by %s exactly when it has the scope', async (_, route) => {
    const { status } = await knock(members.get(role) as Client, route);
    if (scopesOfRole(role).has(route.access)) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe.each(SCOPES)('a key with %s alone', (scope) => {
  it.each(scoped)('is let in by %s exactly when that is the scope', async (_, route) => {
    const { status } = await knock(keys.get(scope) as Client, route);
    if (route.access === scope) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe('another team', () => {
  it.each(withId)('finds by %s what it finds for an id that nobody has', async (_, route) => {
    const [, id = ''] = Object.entries(ours).find(([prefix]) => route.path.startsWith(prefix)) ?? [];
    expect(id).not.toBe('');
    const before = await operator(runtime.ready).library();
    const [foreign, missing] = [await knock(stranger, route, id), await knock(stranger, route)];
    expect([foreign.status, foreign.body]).toEqual([missing.status, missing.body]);
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(await operator(runtime.ready).library()).toEqual(before);
  });
});
