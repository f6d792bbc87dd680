import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../../functions/dialects/dialects.ts';
import { routes } from '../../functions/dialects/route-table.ts';
import {
  type GrantableScope,
  ROLES,
  type Role,
  SCOPES,
  type Scope,
  scopesOfRole,
} from '../../functions/domain/scopes.ts';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

/**
 * Every route of the table against every kind of caller. Ids are random and bodies say nothing new, so that a caller who passes
 * the door is told 400 or 404 behind it and changes nothing that the next call needs.
 */
let runtime: Runtime;
let owner: Person;
let anonymous: Client;
let stranger: Person;
const members = new Map<Role, Person>();
const keys = new Map<Scope, Client>();
let revoked: Person;
let ours: Readonly<Record<string, string>>;

/** A person with each credential that they may come with. */
interface Person {
  readonly bearer: Client;
  readonly refresh: Client;
}

const PASSWORD = 'a password for the matrix';
const withToken = (token: string) => client(runtime.ready, { authorization: `Bearer ${token}` });

const personIn = ({ body, headers }: Answer): Person => {
  const cookie = headers.getSetCookie().find((each) => each.startsWith('refreshToken='));
  return {
    bearer: withToken(body.data.accessToken),
    refresh: client(runtime.ready, { cookie: cookie?.split(';', 1)[0] ?? '' }),
  };
};

const loginAs = async (email: string, password: string) =>
  personIn(await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password } }));

const aMember = async (teamId: string, role: Role) => {
  const email = `${role}@matrix.example`;
  const invited = await owner.bearer.call('POST', `/api/v1/teams/${teamId}/invitations`, { json: { email, role } });
  const json = { token: invited.body.data.token, password: PASSWORD };
  return personIn(await anonymous.call('POST', '/api/v1/invitations/accept', { json }));
};

const aKey = async (scopes: readonly GrantableScope[]) =>
  (await owner.bearer.call('POST', '/api/v1/api-keys', { json: { name: scopes.join(' '), scopes } })).body.data;

beforeAll(async () => {
  runtime = await startRuntime();
  anonymous = client(runtime.ready, {});
  owner = await loginAs(runtime.ready.email, runtime.ready.password);
  const api = owner.bearer;
  const me = (await api.call('GET', '/api/v1/auth/me')).body.data;
  members.set('owner', owner);
  for (const role of ROLES.filter((name) => name !== 'owner')) members.set(role, await aMember(me.team.id, role));
  for (const scope of SCOPES) keys.set(scope, withToken((await aKey([scope])).key));
  const gone = await aKey(SCOPES);
  await api.call('DELETE', `/api/v1/api-keys/${gone.id}`);
  const left = await loginAs(runtime.ready.email, runtime.ready.password);
  await left.bearer.call('POST', '/api/v1/auth/logout');
  revoked = { bearer: withToken(gone.key), refresh: left.refresh };

  await operator(runtime.ready).invoke(runtime.ready.outputs.CreateOwnerFunctionName, {
    email: 'stranger@matrix.example',
    password: PASSWORD,
    teamName: 'Strangers',
  });
  stranger = await loginAs('stranger@matrix.example', PASSWORD);

  const bytes = Buffer.from('what is ours');
  const uploaded = await api.upload({ name: 'a.txt', type: 'text/plain', bytes, declare: { visibility: 'private' } });
  const trashed = await api.upload({ name: 'b.txt', type: 'text/plain', bytes: Buffer.from('and this') });
  await api.call('DELETE', `/api/v1/media/${trashed.mediaId}`);
  const tag = (await api.call('POST', '/api/v1/media-tags', { json: { name: 'Ours' } })).body.data;
  const webhook = (await api.call('POST', '/api/v1/webhooks', { json: { url: 'https://hooks.example.com/ours' } }))
    .body;
  const json = { query: { search: 'nothing that is called so' }, tagId: tag.id };
  const { job } = (await api.call('POST', '/api/v1/bulk/tag', { json })).body.data;
  await eventually(async () => {
    expect((await api.call('GET', `/api/v1/bulk/jobs/${job.id}`)).body.data.status).toBe('done');
  });
  const collection = (await api.call('POST', '/api/v1/collections', { json: { name: 'Ours' } })).body.data;
  const view = (await api.call('POST', '/api/v1/views', { json: { name: 'Ours', query: {} } })).body.data;
  const shared = await api.call('POST', '/api/v1/share-links', { json: { mediaIds: [uploaded.mediaId] } });
  const { media } = (await owner.refresh.call('GET', '/media')).body;
  const listed = media.find(({ name }: { name: string }) => name === 'a.txt');
  ours = {
    '/m/': uploaded.mediaId,
    '/api/v1/media/': uploaded.mediaId,
    '/api/v1/bulk/jobs/': job.id,
    '/api/v1/uploads/': uploaded.id,
    '/api/v1/media-tags/': tag.id,
    '/api/v1/trash/': trashed.mediaId,
    '/api/v1/api-keys/': (await aKey(['media:read'])).id,
    '/api/v1/teams/': me.team.id,
    '/api/v1/webhooks/': webhook.data.id,
    '/api/v1/collections/': collection.id,
    '/api/v1/views/': view.id,
    '/api/v1/share-links/': shared.body.data.id,
    '/api/media/': uploaded.mediaId,
    '/v1/media/': uploaded.mediaId,
    '/base/api/media/': uploaded.mediaId,
    '/media/': String(listed?.id),
  };
}, 120_000);
afterAll(() => runtime?.stop());

/** What a body has to say so that a call gets as far as the id in its path. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /media/edit/{id}': { name: 'theirs', tags: [] },
  'PATCH /api/v1/collections/{id}': { name: 'Theirs' },
  'PATCH /api/v1/views/{id}': { name: 'Theirs' },
};

type Entry = (typeof routes)[number];
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
/** Without those that carry their credential in the path: for each there is one that does the same and takes the usual ones. */
const guarded = named.filter(
  ([, { access, dialect, path }]) =>
    access !== 'public' && access !== 'optional' && !(dialect === 'uppy' && path.includes('{token}')),
);
const scoped = guarded.filter(([, { access }]) => access !== 'signed-in') as (readonly [
  string,
  Entry & { access: Scope },
])[];
const withId = guarded.filter(([, { path }]) => path.includes('{id}'));

const place = (path: string, id: string): string => path.replace('{id}', id).replace(/\{\w+\}/g, 'x');
const anId = ({ dialect }: Entry): string =>
  dialect === 'admin' ? String(1_000_000 + Math.floor(Math.random() * 1_000_000)) : crypto.randomUUID();

/** A person with the credential that the route's dialect takes. */
const suited = ({ bearer, refresh }: Person, { dialect }: Entry): Client =>
  dialects[dialect].credentials.includes('bearer') ? bearer : refresh;

const knock = (caller: Client, route: Entry, id: string = anId(route)) => {
  const { method, path } = route;
  const json = BODIES[`${method} ${path}`] ?? {};
  return caller.call(method, place(path, id), method === 'GET' || method === 'HEAD' ? {} : { json });
};

describe('a key that may change what is there, and not see it', () => {
  const RECORD = { title: 'What it was not told', visibility: 'private' };
  const changing = scoped.filter(([, { access, path }]) => path.includes('{id}') && access === 'media:update');
  const sentTo = (method: string, path: string, tag: string): Record<string, unknown> => {
    if (path.startsWith('/api/v1/media-tags')) return { color: '#112233' };
    if (path.endsWith('/tags')) return method === 'PUT' ? { tagIds: [tag] } : { tagId: tag };
    return path.endsWith('/restore') ? {} : { visibility: 'private' };
  };

  it('meets no route that shows what is there without saying so; of the administration the answers are messages', () => {
    const silent = changing.filter(([, { readsBack, dialect }]) => !readsBack && dialect !== 'admin');
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('is told its id alone, by whatever route', async () => {
    const { bearer: api } = owner;
    const bytes = Buffer.from('what the key may not see');
    const { mediaId } = await api.upload({ name: 'unseen.txt', type: 'text/plain', bytes, declare: { ...RECORD } });
    const tag = (await api.call('POST', '/api/v1/media-tags', { json: { name: 'Unseen' } })).body.data.id;
    const answered = new Set<string>();
    for (const [name, { method, path, dialect }] of changing) {
      if (!dialects[dialect].credentials.includes('bearer') || dialect === 'uppy') continue;
      const id = path.startsWith('/api/v1/media-tags') ? tag : mediaId;
      if (path === '/api/v1/media/{id}/restore') await api.call('DELETE', `/api/v1/media/${mediaId}`);
      const json = sentTo(method, path, tag);
      const { status, body } = await (keys.get('media:update') as Client).call(method, place(path, id), { json });
      if (status >= 400) continue;
      answered.add(name);
      expect([name, body.data ?? body]).toEqual([name, { id }]);
    }
    expect([...answered].toSorted()).toEqual([
      'PATCH /api/v1/media-tags/{id}',
      'PATCH /api/v1/media/{id}',
      'PATCH /v1/media/files/{id}',
      'POST /api/v1/media/{id}/restore',
      'POST /api/v1/media/{id}/tags',
      'PUT /api/v1/media/{id}/tags',
      'PUT /base/api/media/{id}',
    ]);
  });

  it('is told no value of it by a refusal, and has none confirmed', async () => {
    const { bearer: api } = owner;
    const bytes = Buffer.from('what no refusal tells');
    const { mediaId } = await api.upload({ name: 'untold.txt', type: 'text/plain', bytes, declare: { ...RECORD } });
    const path = `/base/api/media/${mediaId}`;
    const item = (await api.call('GET', path)).body as Record<string, unknown>;
    const blind = keys.get('media:update') as Client;
    for (const name of ['url', 'filename', 'mimeType', 'size', 'width', 'height', 'createdAt', 'updatedAt']) {
      for (const value of ['another', item[name]]) {
        const { status, body } = await blind.call('PUT', path, { json: { [name]: value } });
        expect([status, body]).toEqual([400, { error: `Invalid request body: ${name}: Cannot be changed` }]);
      }
    }
    expect((await blind.call('PUT', path, { json: { id: mediaId, description: 'new' } })).status).toBe(200);
  });

  it('does not open it to every holder of its address', async () => {
    const { bearer: api } = owner;
    const bytes = Buffer.from('what stays private');
    const { mediaId } = await api.upload({ name: 'shut.txt', type: 'text/plain', bytes, declare: { ...RECORD } });
    for (const path of ['/api/v1/media/', '/v1/media/files/', '/base/api/media/']) {
      for (const visibility of ['shared', 'public']) {
        const method = path.startsWith('/base') ? 'PUT' : 'PATCH';
        const answer = await (keys.get('media:update') as Client).call(method, path + mediaId, {
          json: { visibility },
        });
        expect([path, visibility, answer.status]).toEqual([path, visibility, 403]);
      }
    }
    expect((await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.visibility).toBe('private');
  });
});

describe('a caller without a credential', () => {
  it.each(guarded)('is refused by %s', async (_, route) => expect((await knock(anonymous, route)).status).toBe(401));

  it.each(named.filter(([, { access }]) => access === 'public' || access === 'optional'))(
    'is let in by %s',
    async (_, route) => expect((await knock(anonymous, route)).status).not.toBe(403),
  );
});

describe('a credential that does not hold any more', () => {
  it.each(guarded)('is refused by %s', async (_, route) =>
    expect((await knock(suited(revoked, route), route)).status).toBe(401),
  );
});

describe('a credential that another API takes', () => {
  const foreign = (kind: keyof Person) =>
    guarded.filter(([, { dialect }]) => !dialects[dialect].credentials.includes(kind));
  it.each(foreign('bearer'))('is none for %s, be it a token', async (_, route) =>
    expect((await knock(owner.bearer, route)).status).toBe(401),
  );
  it.each(foreign('refresh'))('is none for %s, be it the cookie of a refresh token', async (_, route) =>
    expect((await knock(owner.refresh, route)).status).toBe(401),
  );
});

describe.each(ROLES)('the role %s', (role) => {
  it.each(scoped)('is let in by %s exactly when it has the scope', async (_, route) => {
    const { status } = await knock(suited(members.get(role) as Person, route), route);
    if (scopesOfRole(role).has(route.access)) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe.each(SCOPES)('a key with %s alone', (scope) => {
  const byKey = scoped.filter(([, { dialect }]) => dialects[dialect].credentials.includes('bearer'));
  it.each(byKey)('is let in by %s exactly when that is the scope', async (_, route) => {
    const { status } = await knock(keys.get(scope) as Client, route);
    if (route.access === scope || route.alsoFor === scope) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe('another team', () => {
  it.each(withId)('finds by %s what it finds for an id that does not exist', async (_, route) => {
    const [, id = ''] = Object.entries(ours).find(([prefix]) => route.path.startsWith(prefix)) ?? [];
    expect(id).not.toBe('');
    const before = await operator(runtime.ready).library();
    const caller = suited(stranger, route);
    const [foreign, missing] = [await knock(caller, route, id), await knock(caller, route)];
    expect([foreign.status, foreign.body]).toEqual([missing.status, missing.body]);
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(await operator(runtime.ready).library()).toEqual(before);
  });

  const lists = guarded.filter(([, { method, path }]) => method === 'GET' && !path.includes('{'));
  it.each(lists)('sees nothing of ours in %s', async (_, route) => {
    const seen = async (person: Person) => JSON.stringify((await knock(suited(person, route), route)).body);
    const [mine, theirs] = [await seen(owner), await seen(stranger)];
    const isShown = (body: string) => ['a.txt', ours['/api/v1/media/'] ?? ''].some((word) => body.includes(word));
    if (route.operation === 'list-media') expect(isShown(mine)).toBe(true);
    expect(isShown(theirs)).toBe(false);
  });

  it('deletes its own of a list, and finds of ours what it finds of missing ones', async () => {
    const api = stranger.bearer;
    const { mediaId } = await api.upload({
      name: 'theirs.txt',
      type: 'text/plain',
      bytes: Buffer.from('what is theirs'),
    });
    const json = { file_ids: [ours['/api/v1/media/'], mediaId, crypto.randomUUID(), '../x', mediaId] };
    const { status, body } = await api.call('POST', '/v1/media/files/bulk-delete', { json });
    expect([status, body]).toEqual([200, { data: { deleted_count: 1 } }]);
    expect((await api.call('GET', `/api/v1/media/${mediaId}`)).status).toBe(404);
    expect((await owner.bearer.call('GET', `/api/v1/media/${ours['/api/v1/media/']}`)).status).toBe(200);
  });
});

// Last, since its events go on to the webhook while the next call looks at the library.
describe('a key with media:write alone', () => {
  const NAMES: Readonly<Record<string, string>> = { '/api/v1/uploads/': 'upload', '/api/v1/trash/': 'trashed' };

  it('takes no object of a record out of the bucket, whatever route it calls with the ids of the team', async () => {
    const by = operator(runtime.ready);
    const key = withToken((await aKey(['media:write', 'media:read'])).key);
    const api = owner.bearer;
    const send = async (method: string, path: string, text: string): Promise<{ id: string }> => {
      const form = new FormData();
      form.set('file', new File([text], 'kept.txt', { type: 'text/plain' }));
      const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
      const answer = await fetch(`${runtime.ready.http}${path}`, { method, headers, body: form });
      return (await answer.json()) as { id: string };
    };
    const { id: record } = await send('POST', '/base/api/media', 'the first file');
    await send('PUT', `/base/api/media/${record}/file`, 'the second file');
    const { body: versions } = await api.call('GET', `/api/v1/media/${record}/versions`);
    const { id: trashed } = await send('POST', '/base/api/media', 'a file in the trash');
    await api.call('DELETE', `/api/v1/media/${trashed}`);
    const ids: Readonly<Record<string, string>> = { record, trashed, upload: ours['/api/v1/uploads/'] ?? '' };
    const before = (await by.keys()).filter((each) => each.startsWith('originals/'));
    expect(before.length).toBeGreaterThanOrEqual(3);

    for (const [, route] of guarded.filter(([, { method }]) => !['GET', 'HEAD'].includes(method))) {
      const [, what = 'record'] = Object.entries(NAMES).find(([prefix]) => route.path.startsWith(prefix)) ?? [];
      const path = place(route.path.replace('{version}', String(versions.data[0]?.id)), ids[what] ?? '');
      const json = route.path.endsWith('bulk-delete') ? { file_ids: [record] } : {};
      await key.call(route.method, path, { json });
    }
    expect(await by.keys()).toEqual(expect.arrayContaining(before));
  });
});
