import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Connected, connectTo } from '../support/drivers/realtime-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

/** What members set up, against what becomes of its maker: it counts only while they could set it up now. */
let runtime: Runtime;
let teams: ReturnType<typeof teamsOf>;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  teams = teamsOf(runtime);
  ops = operator(runtime.ready);
}, 240_000);
afterAll(() => runtime?.stop());

type Owner = Awaited<ReturnType<typeof teams.anOwner>>;
type Member = Awaited<ReturnType<typeof teams.aMember>>;
const PASSWORD = 'a password for all';

const anonymous = () => client(runtime.ready, {});
const memberPath = ({ teamId }: Owner, { userId }: Member) => `/api/v1/teams/${teamId}/members/${userId}`;
const remove = (owner: Owner, maker: Member) => owner.api.call('DELETE', memberPath(owner, maker));
const giveRole = (owner: Owner, maker: Member, role: string) =>
  owner.api.call('PATCH', memberPath(owner, maker), { json: { role } });
const invite = async (api: Client, { teamId }: Owner, role: string, email = `${crypto.randomUUID()}@example.com`) => {
  const { status, body } = await api.call('POST', `/api/v1/teams/${teamId}/invitations`, { json: { email, role } });
  if (status !== 201) throw new Error(`inviting answered ${status}`);
  return body.data.token as string;
};
const accept = (token: string, api: Client = anonymous()) =>
  api.call('POST', '/api/v1/invitations/accept', { json: { token, password: PASSWORD } });
const comeBack = async (owner: Owner, maker: Member, role: string) => {
  expect((await accept(await invite(owner.api, owner, role, maker.email))).status).toBe(200);
  return teams.login(maker.email);
};
const aKey = async (api: Client, expiresAt?: string) => {
  const json = { name: 'k', scopes: ['media:read', 'media:write'], ...(expiresAt ? { expiresAt } : {}) };
  return (await api.call('POST', '/api/v1/api-keys', { json })).body.data as { id: string; key: string };
};
const byKey = (key: string) => client({ ...runtime.ready, apiKey: key });
const create = (api: Client) =>
  api.call('POST', '/api/v1/media', {
    json: { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' },
  });

describe('an invitation', () => {
  it('of an admin who was removed is gone, for every invited person and in the list', async () => {
    const owner = await teams.anOwner();
    const admin = await teams.aMember(owner, 'admin');
    const token = await invite(admin.api, owner, 'admin');
    const list = async () => (await owner.api.call('GET', `/api/v1/teams/${owner.teamId}/invitations`)).body.data;
    expect(await list()).toHaveLength(1);
    expect((await remove(owner, admin)).status).toBe(200);
    expect((await accept(token)).status).toBe(404);
    expect(await list()).toEqual([]);
    await comeBack(owner, admin, 'admin');
    expect((await accept(token)).status).toBe(404);
  });

  it('of an owner who was demoted waits until they may give that role again', async () => {
    const owner = await teams.anOwner();
    const other = await teams.aMember(owner, 'owner');
    const [toOwner, toViewer] = [await invite(other.api, owner, 'owner'), await invite(other.api, owner, 'viewer')];
    expect((await giveRole(owner, other, 'viewer')).status).toBe(200);
    expect((await accept(toOwner)).status).toBe(404);
    expect((await giveRole(owner, other, 'admin')).status).toBe(200);
    expect((await accept(toOwner)).status).toBe(404);
    expect((await accept(toViewer)).status).toBe(200);
    expect((await giveRole(owner, other, 'owner')).status).toBe(200);
    expect((await accept(toOwner)).status).toBe(200);
  });
});

describe('a key', () => {
  it('ends with the membership of its maker, and does not come back with them', async () => {
    const owner = await teams.anOwner();
    const admin = await teams.aMember(owner, 'admin');
    const { key, id } = await aKey(admin.api);
    expect((await create(byKey(key))).status).toBe(201);
    await remove(owner, admin);
    expect((await create(byKey(key))).status).toBe(401);
    const back = await comeBack(owner, admin, 'admin');
    expect((await create(byKey(key))).status).toBe(401);
    const keys = (await owner.api.call('GET', '/api/v1/api-keys')).body.data;
    expect(keys.map((each: { id: string }) => each.id)).not.toContain(id);
    expect((await create(byKey((await aKey(back.api)).key))).status).toBe(201);
  });

  it('does no more than the role that its maker has now', async () => {
    const owner = await teams.anOwner();
    const admin = await teams.aMember(owner, 'admin');
    const { key } = await aKey(admin.api);
    await giveRole(owner, admin, 'viewer');
    expect((await create(byKey(key))).status).toBe(403);
    expect((await byKey(key).call('GET', '/api/v1/media')).status).toBe(200);
    await giveRole(owner, admin, 'editor');
    expect((await create(byKey(key))).status).toBe(201);
  });
});

describe('a signed request', () => {
  /** Announces a file, and answers what stores it and tells what became of it, as its owner sees it. */
  const announce = async (owner: Owner, api: Client) => {
    const json = { filename: 'late.txt', fileSize: 4, mimeType: 'text/plain' };
    const { id, mediaId, request } = (await api.call('POST', '/api/v1/uploads', { json })).body.data;
    const put = () => fetch(request.url, { method: request.method, headers: request.headers, body: 'late' });
    const record = async () => (await owner.api.call('GET', `/api/v1/media/${mediaId}`)).status;
    const settled = async () => {
      for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
        const item = (await ops.items()).find(({ pk, sk }) => pk === `UPLOAD#${id}` && sk === 'UPLOAD');
        if (item?.status !== 'pending' && item?.status !== 'processing') return item;
      }
      throw new Error('the upload is not settled');
    };
    return { put, record, settled };
  };

  it('makes a record while its maker is in the team', async () => {
    const owner = await teams.anOwner();
    const file = await announce(owner, (await teams.aMember(owner, 'editor')).api);
    expect((await file.put()).status).toBe(200);
    expect(await file.settled()).toMatchObject({ status: 'active' });
    expect(await file.record()).toBe(200);
  });

  it.each([
    ['was removed', remove],
    ['was demoted', (owner: Owner, editor: Member) => giveRole(owner, editor, 'viewer')],
  ])('makes none once its maker %s, whatever S3 took', async (_, end) => {
    const owner = await teams.anOwner();
    const editor = await teams.aMember(owner, 'editor');
    const file = await announce(owner, editor.api);
    expect((await end(owner, editor)).status).toBe(200);
    expect((await file.put()).status).toBe(200);
    expect(await file.settled()).toMatchObject({ status: 'rejected', code: 'NOT_PERMITTED' });
    expect(await file.record()).toBe(404);
  });
});

describe('a share link', () => {
  const aRecord = async (api: Client, name = 'shared.txt', declare = {}) =>
    (await api.upload({ name, type: 'text/plain', bytes: Buffer.from(`what ${name} says`), declare })).mediaId;
  const share = async (api: Client, json: Readonly<Record<string, unknown>>) => {
    const { status, body } = await api.call('POST', '/api/v1/share-links', { json });
    if (status !== 201) throw new Error(`sharing answered ${status} ${JSON.stringify(body)}`);
    return body.data as { id: string; token: string; url: string };
  };
  const open = (token: string, password?: string) =>
    anonymous().call('POST', '/api/v1/shared', { json: { token, ...(password === undefined ? {} : { password }) } });
  const fileOf = (access: string, id: string) =>
    anonymous().call('POST', '/api/v1/shared/files', { json: { access, id, disposition: 'attachment' } });

  it('shows its records to a visitor, and nothing else of the team', async () => {
    const owner = await teams.anOwner();
    const declare = { visibility: 'private', description: 'a note of the team' };
    const ids = [await aRecord(owner.api, 'two.txt', declare), await aRecord(owner.api, 'one.txt', declare)];
    const other = await aRecord(owner.api, 'other.txt', declare);
    const { token, url, id } = await share(owner.api, { mediaIds: ids, name: 'Harbour' });
    expect(url).toBe(`${runtime.ready.http}/app/s#${token}`);
    const { status, headers, body } = await open(token);
    expect([status, headers.get('x-robots-tag'), headers.get('cache-control')]).toEqual([
      ...[200, 'noindex, nofollow', 'no-store'],
    ]);
    expect(body.data).toMatchObject({ name: 'Harbour', total: 2, nextCursor: null });
    expect(body.data.items.map((item: { filename: string }) => item.filename)).toEqual(['two.txt', 'one.txt']);
    const { access } = body.data;
    // Signed addresses name the object, and so the ids of team and record.
    const shown = JSON.stringify(body.data, (key, value) => (key === 'url' ? undefined : value));
    for (const secret of [owner.teamId, owner.userId, owner.email, 'a note of the team', other])
      expect(shown).not.toContain(secret);
    const { body: file } = await fileOf(access, ids[0] ?? '');
    const bytes = await fetch(file.data.url);
    expect([bytes.status, await bytes.text()]).toEqual([200, 'what two.txt says']);
    expect(bytes.headers.get('content-disposition')).toMatch(/^attachment; filename="two.txt"/);
    expect(new URL(file.data.url).searchParams.get('X-Amz-Expires')).toBe('45');
    expect((await fileOf(access, other)).status).toBe(404);
    const items = await anonymous().call('POST', '/api/v1/shared/items', { json: { access, cursor: '1' } });
    expect(items.body.data.items).toHaveLength(1);
    const stored = JSON.stringify((await ops.items()).filter(({ pk, sk }) => `${pk}${sk}`.includes('SHARELINK#')));
    expect([stored.includes(id), stored.includes(token)]).toEqual([true, false]);
    const { body: listed } = await owner.api.call('GET', '/api/v1/share-links');
    expect(listed.data).toMatchObject([{ id, records: 2, views: 1, isOpen: true, hasPassword: false }]);
    expect(JSON.stringify(listed)).not.toContain(token);
  });

  it('has a password that few guesses are allowed at, and shows nothing without it', async () => {
    const owner = await teams.anOwner();
    const mediaIds = [await aRecord(owner.api)];
    const { token } = await share(owner.api, { mediaIds, name: 'Hidden', password: 'a word for guests' });
    const refusals = [await open(token), await open(token, 'a wrong word')];
    expect(refusals.map(({ status }) => status)).toEqual([401, 401]);
    expect(JSON.stringify(refusals)).not.toContain('Hidden');
    expect((await open(token, 'a word for guests')).status).toBe(200);
    let status = 401;
    for (let guess = 0; status === 401 && guess < 20; guess += 1) ({ status } = await open(token, `guess ${guess}`));
    expect(status).toBe(429);
    expect((await open(token, 'a word for guests')).status).toBe(429);
  });

  it.each<
    [string, (owner: Owner, maker: Member, made: { link: string; key: string }) => Promise<unknown>, 'login' | 'key']
  >([
    ['it is revoked', (owner, _, { link }) => owner.api.call('DELETE', `/api/v1/share-links/${link}`), 'login'],
    ['its maker is removed', remove, 'login'],
    ['its maker may only look', (owner, maker) => giveRole(owner, maker, 'viewer'), 'login'],
    [
      'its maker ends everything',
      (_, maker) => {
        const json = { currentPassword: PASSWORD, newPassword: 'another password for all', endEverything: true };
        return maker.api.call('POST', '/api/v1/auth/password', { json });
      },
      'login',
    ],
    ['its key is revoked', (owner, _, { key }) => owner.api.call('DELETE', `/api/v1/api-keys/${key}`), 'key'],
    ['the maker of its key is removed', remove, 'key'],
  ])('opens nothing once %s', async (_, end, by) => {
    const owner = await teams.anOwner();
    const maker = await teams.aMember(owner, 'admin');
    const key = await aKey(maker.api);
    const id = await aRecord(owner.api);
    const { token, id: link } = await share(by === 'login' ? maker.api : byKey(key.key), { mediaIds: [id] });
    const { access } = (await open(token)).body.data;
    expect((await fileOf(access, id)).status).toBe(200);
    expect(await end(owner, maker, { link, key: key.id })).toMatchObject({ status: 200 });
    expect([(await open(token)).status, (await fileOf(access, id)).status]).toEqual([404, 404]);
  });
});

const ticketOf = async (api: Client) =>
  (await api.call('POST', '/api/v1/realtime/tickets', { json: {} })).body.data.ticket as string;
const opens = (ticket: string) =>
  connectTo(runtime.ready, { query: `?ticket=${ticket}` }).then(
    (connected) => {
      connected.cut();
      return true;
    },
    () => false,
  );

describe('a ticket', () => {
  it.each<[string, (owner: Owner, maker: Member, key: { id: string }) => Promise<unknown>, 'login' | 'key']>([
    ['its maker is removed', remove, 'login'],
    ['its maker logs out', (_, maker) => maker.api.call('POST', '/api/v1/auth/logout'), 'login'],
    [
      'the password is changed at another place',
      async (_, maker) => {
        const json = { currentPassword: PASSWORD, newPassword: 'another password for all' };
        return (await teams.login(maker.email)).api.call('POST', '/api/v1/auth/password', { json });
      },
      'login',
    ],
    ['its key is revoked', (owner, _, { id }) => owner.api.call('DELETE', `/api/v1/api-keys/${id}`), 'key'],
    ['the maker of its key is removed', remove, 'key'],
  ])('opens nothing once %s', async (_, end, by) => {
    const owner = await teams.anOwner();
    const maker = await teams.aMember(owner, 'admin');
    const key = await aKey(maker.api);
    const api = by === 'login' ? maker.api : byKey(key.key);
    expect(await opens(await ticketOf(api))).toBe(true);
    const ticket = await ticketOf(api);
    expect(await end(owner, maker, key)).toMatchObject({ status: 200 });
    expect(await opens(ticket)).toBe(false);
  });
});

describe('a connection', () => {
  const closes = (connected: Connected) => connected.closedWith(5000);

  it('ends with the key that opened it, when that expires and nothing says so', async () => {
    const owner = await teams.anOwner();
    const expiresAt = Date.now() + 8000;
    const { key } = await aKey(owner.api, new Date(expiresAt).toISOString());
    const ear = await connectTo(runtime.ready, { headers: { authorization: `Bearer ${key}` } });
    await create(owner.api);
    await ear.until(() => ear.events('media').length === 1);
    await pause(expiresAt - Date.now());
    await create(owner.api);
    expect(await closes(ear)).toEqual(expect.any(Number));
    expect(ear.events('media')).toHaveLength(1);
  });

  it.each<[string, (owner: Owner, maker: Member, key: { id: string }) => Promise<unknown>]>([
    ['its key is revoked', (owner, _, { id }) => owner.api.call('DELETE', `/api/v1/api-keys/${id}`)],
    ['the maker of its key is removed', remove],
    ['the maker of its key gets another role', (owner, maker) => giveRole(owner, maker, 'viewer')],
  ])('ends within seconds once %s', async (_, end) => {
    const owner = await teams.anOwner();
    const maker = await teams.aMember(owner, 'admin');
    const key = await aKey(maker.api);
    const ear = await connectTo(runtime.ready, { headers: { authorization: `Bearer ${key.key}` } });
    expect(await end(owner, maker, key)).toMatchObject({ status: 200 });
    expect(await closes(ear)).toEqual(expect.any(Number));
  });
});
