import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { mailTo } from '../support/drivers/mails.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let ops: Operator;
let anonymous: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  ops = operator(runtime.ready);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

const as = ({ body }: Answer) => client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
const inTeam = ({ body }: Answer, teamId: string) =>
  client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}`, 'x-team-id': teamId });

let people = 0;
const nextEmail = () => {
  people += 1;
  return `person${people}@example.com`;
};
const PASSWORD = 'a password for all';
const login = (email: string) => anonymous.call('POST', '/api/v1/auth/login', { json: { email, password: PASSWORD } });

/** A person who owns a team, and the API as they see it. */
const anOwner = async () => {
  const email = nextEmail();
  const { CreateOwnerFunctionName } = runtime.ready.outputs;
  const made = (await ops.invoke(CreateOwnerFunctionName, { email, password: PASSWORD, teamName: email })) as {
    userId: string;
    teamId: string;
    apiKey: string;
  };
  return { ...made, email, api: as(await login(email)) };
};
type Owner = Awaited<ReturnType<typeof anOwner>>;

const invite = (owner: Pick<Owner, 'api' | 'teamId'>, email: string, role: string) =>
  owner.api.call('POST', `/api/v1/teams/${owner.teamId}/invitations`, { json: { email, role } });
const accept = (token: string, caller: Client = anonymous, password?: string) =>
  caller.call('POST', '/api/v1/invitations/accept', { json: { token, ...(password ? { password } : {}) } });

/** A new person whom the owner took in. */
const aMember = async (owner: Owner, role: string) => {
  const email = nextEmail();
  const { body } = await invite(owner, email, role);
  const joined = await accept(body.data.token, anonymous, PASSWORD);
  expect([joined.status, joined.body]).toMatchObject([200, { data: { user: { email } } }]);
  return { email, userId: joined.body.data.user.id as string, api: as(joined), joined };
};
const aRecord = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' };
const create = async (api: Client): Promise<string> =>
  (await api.call('POST', '/api/v1/media', { json: aRecord })).body.data.id;
const memberPath = (owner: Owner, userId: string) => `/api/v1/teams/${owner.teamId}/members/${userId}`;

describe('an invitation', () => {
  it('is mailed with a token of its own, which proves the address, and each of its tokens uses up both', async () => {
    const owner = await anOwner();
    const [first, second] = [nextEmail(), nextEmail()];
    const invited = await invite(owner, first, 'viewer');
    expect(invited.body.data.mailed).toBe(true);
    const mail = await mailTo(runtime.ready, first);
    expect(mail.address.startsWith(`${runtime.ready.http}/app/invitation#token=`)).toBe(true);
    expect(mail.token).not.toBe(invited.body.data.token);
    expect((await accept(mail.token, anonymous, PASSWORD)).status).toBe(200);
    expect((await accept(invited.body.data.token, anonymous, PASSWORD)).status).toBe(404);
    const handed = await invite(owner, second, 'viewer');
    const late = await mailTo(runtime.ready, second);
    expect((await accept(handed.body.data.token, anonymous, PASSWORD)).status).toBe(200);
    expect((await accept(late.token, anonymous, PASSWORD)).status).toBe(404);
    const users = (await ops.items()) as { sk: string; email?: string; emailProvenAt?: string }[];
    const isProven = (email: string) =>
      users.find((item) => item.sk === 'USER' && item.email === email)?.emailProvenAt !== undefined;
    expect([isProven(first), isProven(second)]).toEqual([true, false]);
  });

  it('that was withdrawn is accepted by no token that was mailed', async () => {
    const owner = await anOwner();
    const email = nextEmail();
    const { id } = (await invite(owner, email, 'viewer')).body.data;
    const { token } = await mailTo(runtime.ready, email);
    await owner.api.call('DELETE', `/api/v1/teams/${owner.teamId}/invitations/${id}`);
    expect((await accept(token, anonymous, PASSWORD)).status).toBe(404);
  });

  it('is mailed five times a day to one address, and made all the same after that', async () => {
    const owner = await anOwner();
    const email = nextEmail();
    const mailed = [];
    for (let time = 0; time < 6; time += 1) {
      const { status, body } = await invite(owner, email, 'viewer');
      mailed.push([status, body.data.mailed]);
    }
    expect(mailed).toEqual([...Array(5).fill([201, true]), [201, false]]);
  });

  it('takes a new person in with the password that they choose', async () => {
    const owner = await anOwner();
    const email = nextEmail();
    const invited = await invite(owner, email.toUpperCase(), 'editor');
    expect(invited.status).toBe(201);
    expect(invited.body.data).toMatchObject({ email, role: 'editor', invitedBy: owner.userId });
    const { token, id } = invited.body.data;
    expect(JSON.stringify(await ops.items())).not.toContain(token);
    const listed = await owner.api.call('GET', `/api/v1/teams/${owner.teamId}/invitations`);
    expect(listed.body.data).toEqual([expect.objectContaining({ id, email })]);
    expect(JSON.stringify(listed.body)).not.toMatch(/token|hash/);

    expect((await accept(token)).status).toBe(400);
    expect((await accept(token, anonymous, 'short')).status).toBe(400);
    const joined = await accept(token, anonymous, PASSWORD);
    expect(joined.status).toBe(200);
    expect(joined.body.data).toMatchObject({ user: { email }, team: { id: owner.teamId }, role: 'editor' });
    expect((await as(joined).call('GET', '/api/v1/auth/me')).body.data).toMatchObject({ role: 'editor' });
    expect((await accept(token, anonymous, PASSWORD)).status).toBe(404);
    expect((await login(email)).status).toBe(200);
  });

  it('adds a team to a person who has an account, by login or by password, and to no other', async () => {
    const [owner, known, stranger] = [await anOwner(), await anOwner(), await anOwner()];
    const first = (await invite(owner, known.email, 'viewer')).body.data.token;
    expect((await accept(first, stranger.api)).status).toBe(403);
    expect((await accept(first, client({ ...runtime.ready, apiKey: known.apiKey }))).status).toBe(403);
    expect((await accept(first, anonymous, 'not their password')).status).toBe(401);
    expect((await accept(first, known.api)).body.data).toMatchObject({ team: { id: owner.teamId }, role: 'viewer' });
    expect((await invite(owner, known.email, 'viewer')).status).toBe(409);
    const second = (await invite(stranger, known.email, 'viewer')).body.data.token;
    const joined = await accept(second, anonymous, PASSWORD);
    const { teams, team } = (await as(joined).call('GET', '/api/v1/auth/me')).body.data;
    expect(team.id).toBe(known.teamId);
    expect(teams.map(({ id, role }: { id: string; role: string }) => [id, role])).toEqual(
      expect.arrayContaining([
        [known.teamId, 'owner'],
        [owner.teamId, 'viewer'],
        [stranger.teamId, 'viewer'],
      ]),
    );
  });

  it('that was withdrawn takes no person in', async () => {
    const owner = await anOwner();
    const { token, id } = (await invite(owner, nextEmail(), 'viewer')).body.data;
    const path = `/api/v1/teams/${owner.teamId}/invitations/${id}`;
    expect((await owner.api.call('DELETE', path)).status).toBe(200);
    expect((await owner.api.call('DELETE', path)).status).toBe(404);
    expect((await accept(token, anonymous, PASSWORD)).status).toBe(404);
  });
});

describe('roles', () => {
  it('decide who manages whom', async () => {
    const owner = await anOwner();
    const [admin, editor, viewer] = [
      await aMember(owner, 'admin'),
      await aMember(owner, 'editor'),
      await aMember(owner, 'viewer'),
    ];
    const change = (by: { api: Client }, userId: string, role: string) =>
      by.api.call('PATCH', memberPath(owner, userId), { json: { role } });
    for (const small of [editor, viewer]) {
      expect((await change(small, viewer.userId, 'admin')).status).toBe(403);
      expect((await small.api.call('DELETE', memberPath(owner, admin.userId))).status).toBe(403);
      expect((await small.api.call('PATCH', `/api/v1/teams/${owner.teamId}`, { json: { name: 'x' } })).status).toBe(
        403,
      );
      expect((await invite({ ...small, teamId: owner.teamId }, nextEmail(), 'viewer')).status).toBe(403);
      expect((await small.api.call('GET', `/api/v1/teams/${owner.teamId}/members`)).body.data).toHaveLength(4);
    }
    expect((await change(admin, viewer.userId, 'editor')).body.data).toMatchObject({ role: 'editor' });
    expect((await change(admin, owner.userId, 'viewer')).status).toBe(403);
    expect((await change(admin, admin.userId, 'owner')).status).toBe(403);
    expect((await admin.api.call('DELETE', memberPath(owner, owner.userId))).status).toBe(403);
    expect((await invite({ ...admin, teamId: owner.teamId }, nextEmail(), 'owner')).status).toBe(403);
    expect((await change(owner, admin.userId, 'owner')).status).toBe(200);
    expect((await change(owner, crypto.randomUUID(), 'viewer')).body.error).toBe('Member not found');
    const byKey = client({ ...runtime.ready, apiKey: owner.apiKey });
    expect((await change({ api: byKey }, viewer.userId, 'viewer')).status).toBe(403);
    expect((await byKey.call('GET', `/api/v1/teams/${owner.teamId}/members`)).status).toBe(403);
  });

  it('leave every team an owner, even when two go at once', async () => {
    const owner = await anOwner();
    const leave = (api: Client) => api.call('POST', `/api/v1/teams/${owner.teamId}/leave`);
    expect((await leave(owner.api)).body.error).toBe('A team keeps at least one owner');
    expect((await owner.api.call('PATCH', memberPath(owner, owner.userId), { json: { role: 'viewer' } })).status).toBe(
      409,
    );
    const second = await aMember(owner, 'owner');
    const both = await Promise.all([leave(owner.api), leave(second.api)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const owners = (await ops.items()).filter(
      ({ pk, sk, role }) => pk === `TEAM#${owner.teamId}` && String(sk).startsWith('MEMBER#') && role === 'owner',
    );
    expect(owners).toHaveLength(1);
  });

  it('say what may be done to media', async () => {
    const owner = await anOwner();
    const [editor, viewer] = [await aMember(owner, 'editor'), await aMember(owner, 'viewer')];
    const id = await create(owner.api);
    expect((await viewer.api.call('GET', `/api/v1/media/${id}`)).status).toBe(200);
    expect((await viewer.api.call('POST', '/api/v1/media', { json: aRecord })).status).toBe(403);
    expect((await viewer.api.call('PATCH', `/api/v1/media/${id}`, { json: { title: 'x' } })).body.error).toBe(
      'Insufficient permissions - media:write scope required',
    );
    expect((await viewer.api.call('DELETE', `/api/v1/media/${id}`)).status).toBe(403);
    expect((await editor.api.call('PATCH', `/api/v1/media/${id}`, { json: { title: 'x' } })).status).toBe(200);
  });
});

describe('a person who was removed', () => {
  it('cannot write at once, and neither can their keys', async () => {
    const owner = await anOwner();
    const admin = await aMember(owner, 'admin');
    const { key } = (
      await admin.api.call('POST', '/api/v1/api-keys', { json: { name: 'k', scopes: ['media:read', 'media:write'] } })
    ).body.data;
    const byKey = client({ ...runtime.ready, apiKey: key });
    expect((await byKey.call('POST', '/api/v1/media', { json: aRecord })).status).toBe(201);
    expect((await owner.api.call('DELETE', memberPath(owner, admin.userId))).status).toBe(200);
    for (const api of [admin.api, byKey]) {
      expect((await api.call('POST', '/api/v1/media', { json: aRecord })).status).toBe(401);
    }
    expect((await login(admin.email)).status).toBe(403);
  });

  it('keeps their other teams', async () => {
    const [owner, member] = [await anOwner(), await anOwner()];
    await accept((await invite(owner, member.email, 'editor')).body.data.token, member.api);
    const session = await login(member.email);
    expect((await inTeam(session, owner.teamId).call('POST', '/api/v1/media', { json: aRecord })).status).toBe(201);
    expect((await owner.api.call('DELETE', memberPath(owner, member.userId))).status).toBe(200);
    const refused = await inTeam(session, owner.teamId).call('POST', '/api/v1/media', { json: aRecord });
    expect([refused.status, refused.body.error]).toEqual([404, 'Team not found']);
    expect((await as(session).call('POST', '/api/v1/media', { json: aRecord })).status).toBe(201);
  });
});

describe('a person in several teams', () => {
  it('lists across all of them, and works in the default team or the one that is named', async () => {
    const [owner, member] = [await anOwner(), await anOwner()];
    await accept((await invite(owner, member.email, 'viewer')).body.data.token, member.api);
    const session = await login(member.email);
    const theirs = await create(owner.api);
    const own = await create(as(session));
    const list = async (api: Client) => (await api.call('GET', '/api/v1/media')).body.data;
    const ids = async (api: Client) => (await list(api)).data.map(({ id }: { id: string }) => id);
    expect(await ids(as(session))).toEqual([own, theirs]);
    expect((await list(as(session))).total).toBe(2);
    expect(await ids(inTeam(session, owner.teamId))).toEqual([theirs]);
    expect(await ids(inTeam(session, member.teamId))).toEqual([own]);
    expect((await as(session).call('GET', `/api/v1/media/${theirs}`)).status).toBe(200);
    const hidden = await inTeam(session, member.teamId).call('GET', `/api/v1/media/${theirs}`);
    expect(hidden.body).toEqual({ success: false, error: 'Media not found' });
  });

  it('may do in each what the role there allows, not what a better one elsewhere would', async () => {
    const [owner, member] = [await anOwner(), await anOwner()];
    await accept((await invite(owner, member.email, 'viewer')).body.data.token, member.api);
    const session = as(await login(member.email));
    const id = await create(owner.api);
    for (const [method, json] of [
      ['PATCH', { title: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      const refused = await session.call(method, `/api/v1/media/${id}`, { json });
      expect([method, refused.status]).toEqual([method, 403]);
    }
    expect((await owner.api.call('GET', `/api/v1/media/${id}`)).body.data.title).toBeNull();
  });

  it('is told that a team is missing which they are not in, and so is a key', async () => {
    const [owner, stranger] = [await anOwner(), await anOwner()];
    const missing = { success: false, error: 'Team not found' };
    const key = client({ ...runtime.ready, apiKey: stranger.apiKey });
    for (const api of [stranger.api, key]) {
      for (const teamId of [owner.teamId, crypto.randomUUID(), '__proto__']) {
        const answer = await api.call('GET', '/api/v1/media', { headers: { 'x-team-id': teamId } });
        expect([teamId, answer.status, answer.body]).toEqual([teamId, 404, missing]);
      }
    }
    for (const path of ['', '/members', '/invitations']) {
      const foreign = await stranger.api.call('GET', `/api/v1/teams/${owner.teamId}${path}`);
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, missing]);
    }
    expect((await stranger.api.call('POST', `/api/v1/teams/${owner.teamId}/leave`)).body).toEqual(missing);
    expect((await stranger.api.call('DELETE', memberPath(owner, owner.userId))).body).toEqual(missing);
  });
});

describe('a team', () => {
  it('is made, found and renamed by its owner', async () => {
    const owner = await anOwner();
    const made = await owner.api.call('POST', '/api/v1/teams', { json: { name: 'Second' } });
    expect(made.status).toBe(201);
    const { id } = made.body.data;
    expect(made.body.data).toMatchObject({ name: 'Second', role: 'owner' });
    const listed = (await owner.api.call('GET', '/api/v1/teams', { headers: { 'x-team-id': id } })).body.data;
    expect(listed).toEqual([made.body.data]);
    const renamed = await owner.api.call('PATCH', `/api/v1/teams/${id}`, { json: { name: 'Renamed' } });
    expect(renamed.body.data).toEqual({ ...made.body.data, name: 'Renamed' });
    expect((await owner.api.call('GET', `/api/v1/teams/${id}`)).body.data).toEqual(renamed.body.data);
    expect((await owner.api.call('GET', '/api/v1/teams', { headers: { 'x-team-id': id } })).body.data).toEqual([
      renamed.body.data,
    ]);
    expect((await owner.api.call('POST', '/api/v1/teams', { json: { name: '' } })).status).toBe(400);
  });
});

describe('an API key', () => {
  it('is shown once, does what its scopes say, and ends when it is revoked', async () => {
    const owner = await anOwner();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const json = { name: 'Reader', scopes: ['media:read'], expiresAt };
    const made = await owner.api.call('POST', '/api/v1/api-keys', { json });
    expect(made.status).toBe(201);
    expect(made.body.data).toEqual({ id: expect.any(String), key: expect.stringMatching(/^sk_live_/), ...json });
    const { id, key } = made.body.data;
    expect(JSON.stringify(await ops.items())).not.toContain(key);
    const byKey = client({ ...runtime.ready, apiKey: key });
    expect((await byKey.call('GET', '/api/v1/media')).status).toBe(200);
    expect((await byKey.call('POST', '/api/v1/media', { json: aRecord })).status).toBe(403);
    const find = async () =>
      (await owner.api.call('GET', '/api/v1/api-keys')).body.data.find((each: { id: string }) => each.id === id);
    expect(await find()).toEqual({
      id,
      ...json,
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    });
    expect((await owner.api.call('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(200);
    expect((await byKey.call('POST', '/api/v1/media', { json: aRecord })).status).toBe(401);
    expect((await owner.api.call('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(404);
    expect(await find()).toBeUndefined();
  });

  it('is made, seen and revoked by owners and admins who are logged in, in their own team', async () => {
    const [owner, stranger] = [await anOwner(), await anOwner()];
    const editor = await aMember(owner, 'editor');
    const json = { name: 'k', scopes: ['media:read'] };
    const byKey = client({ ...runtime.ready, apiKey: owner.apiKey });
    const { id } = (await owner.api.call('POST', '/api/v1/api-keys', { json })).body.data;
    for (const api of [editor.api, byKey]) {
      expect((await api.call('POST', '/api/v1/api-keys', { json })).status).toBe(403);
      expect((await api.call('GET', '/api/v1/api-keys')).status).toBe(403);
      expect((await api.call('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(403);
    }
    const foreign = await stranger.api.call('DELETE', `/api/v1/api-keys/${id}`);
    const missing = await stranger.api.call('DELETE', `/api/v1/api-keys/${crypto.randomUUID()}`);
    expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
  });

  it.each([
    [{ name: 'k', scopes: [] }],
    [{ name: 'k', scopes: ['media:everything'] }],
    [{ name: '', scopes: ['media:read'] }],
    [{ name: 'k', scopes: ['media:read'], expiresAt: '2020-01-01T00:00:00Z' }],
    [{ name: 'k', scopes: ['media:read'], expiresAt: 'tomorrow' }],
    [{ name: 'k', scopes: ['media:read'], teamId: 'another' }],
  ])('is not made of %j', async (json) => {
    const session = as(
      await anonymous.call('POST', '/api/v1/auth/login', {
        json: { email: runtime.ready.email, password: runtime.ready.password },
      }),
    );
    expect((await session.call('POST', '/api/v1/api-keys', { json })).status).toBe(400);
  });
});
