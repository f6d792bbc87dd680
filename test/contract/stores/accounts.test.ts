import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccessClaims, accessTokens } from '../../../functions/accounts/access-tokens.ts';
import { type Member, putMember, putUser, type Team, type User } from '../../../functions/accounts/account-items.ts';
import { dynamoAccounts } from '../../../functions/accounts/account-store.ts';
import { createApiKey } from '../../../functions/accounts/api-keys.ts';
import { dynamoAttempts } from '../../../functions/accounts/attempt-store.ts';
import { authenticator } from '../../../functions/accounts/authenticate.ts';
import { changePassword } from '../../../functions/accounts/change-password.ts';
import { createGuest } from '../../../functions/accounts/create-guest.ts';
import { dynamoGuests } from '../../../functions/accounts/guest-store.ts';
import { newSession, openSession } from '../../../functions/accounts/open-session.ts';
import { hashPassword } from '../../../functions/accounts/passwords.ts';
import { refresh } from '../../../functions/accounts/refresh.ts';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import { channelsOf } from '../../../functions/domain/channels.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { rankWriter } from '../../../functions/library/rank-writer.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { sweep } from '../../../functions/lifecycle/sweep.ts';
import { dynamoEventLog } from '../../../functions/realtime/event-log.ts';
import { memberKey } from '../../../functions/table/keys.ts';
import { nameTags } from '../../../functions/tags/name-tags.ts';
import type { Invitation } from '../../../functions/teams/invitation-store.ts';
import { createInvitation, listInvitations } from '../../../functions/teams/invitations.ts';
import { managePeople } from '../../../functions/teams/manage-people.ts';
import { dynamoTeams } from '../../../functions/teams/team-store.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { itNeedsOfTable } from '../../support/drivers/table-engine.ts';

let library: Library;
let now = new Date('2026-01-01T00:00:00Z');
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const clock = () => now;
const newId = () => crypto.randomUUID();
const accounts = () => dynamoAccounts(library.table);
const tokens = accessTokens('issuer', async () => [signingKey('secret')], clock);
const devices = { sign: async () => 'device' };
const NO_MAIL = { attempts: { take: async () => undefined }, mail: undefined };

const aUser = (fields: Partial<User> = {}): User => ({
  id: newId(),
  email: `${newId()}@example.com`,
  passwordHash: 'hash',
  passwordVersion: 0,
  defaultTeamId: newId(),
  guestUntil: null,
  createdAt: now.toISOString(),
  ...fields,
});
/** A person who owns a team, logged in. */
const loggedIn = async () => {
  const user = aUser();
  const team: Team = { id: user.defaultTeamId, name: 'Team', createdAt: user.createdAt };
  const key = { id: newId(), teamId: team.id, userId: user.id, name: 'k', scopes: [], createdAt: user.createdAt };
  await accounts().createOwner(user, team, { ...key, expiresAt: null, lastUsedAt: null }, newId());
  const teams = [{ teamId: team.id, role: 'owner' as const }];
  const deps = { accounts: accounts(), tokens, devices, newId, clock };
  return { user, team, login: await openSession({ user, teams }, deps) };
};
const exchange = (refreshToken: string) =>
  refresh({ accounts: accounts(), tokens, clock })({ input: { refreshToken }, principal: undefined });
const unauthorized = { code: 'UNAUTHORIZED' };

describe('a refresh token', () => {
  it('answers the same for ten seconds, and ends the login when it comes later', async () => {
    const { login } = await loggedIn();
    const second = await exchange(login.refreshToken);
    wait(10);
    const again = await exchange(login.refreshToken);
    expect(again).toMatchObject({ refreshToken: second.refreshToken, session: second.session });
    wait(1);
    await expect(exchange(login.refreshToken)).rejects.toMatchObject(unauthorized);
    await expect(exchange(second.refreshToken)).rejects.toMatchObject(unauthorized);
  });

  it('ends the login when its successor was used already, however soon', async () => {
    const { login } = await loggedIn();
    const second = await exchange(login.refreshToken);
    const third = await exchange(second.refreshToken);
    await expect(exchange(login.refreshToken)).rejects.toMatchObject(unauthorized);
    await expect(exchange(third.refreshToken)).rejects.toMatchObject(unauthorized);
  });

  it('has one successor, however many ask at once', async () => {
    const { login } = await loggedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(login.refreshToken)));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect((await exchange(answers[0]?.refreshToken ?? '')).user.id).toBe(answers[0]?.user.id);
  });

  it('holds for a week without use, and three months with', async () => {
    const { login } = await loggedIn();
    wait(7 * 24 * 3600 - 1);
    let token = (await exchange(login.refreshToken)).refreshToken;
    for (let week = 1; week < 12; week += 1) {
      wait(7 * 24 * 3600 - 1);
      token = (await exchange(token)).refreshToken;
    }
    wait(6 * 24 * 3600 + 60);
    await expect(exchange(token)).rejects.toMatchObject(unauthorized);
    const idle = (await loggedIn()).login;
    wait(7 * 24 * 3600);
    await expect(exchange(idle.refreshToken)).rejects.toMatchObject(unauthorized);
  });

  it('signs access tokens of the same login', async () => {
    const { login, user, team } = await loggedIn();
    const claims: AccessClaims[] = [];
    for (const { accessToken } of [login, await exchange(login.refreshToken)])
      claims.push(await tokens.verify(accessToken));
    expect(claims[0]).toEqual(claims[1]);
    expect(claims[0]).toMatchObject({ userId: user.id, teamId: team.id });
  });
});

describe('a change of the password', () => {
  /** Changes it with the login of this refresh token. */
  const change = async (user: User, { refreshToken }: { refreshToken: string }) => {
    const { session, secrets } = newSession({ ...user, passwordVersion: user.passwordVersion + 1 }, { newId, clock });
    const asking = refreshToken.split('.')[0] ?? '';
    const changed = await accounts().changePassword(user, 'another hash', asking, session);
    return { changed, token: `${session.id}.${secrets.family}.${secrets.refresh}` };
  };

  it('leaves nothing to a thief who has copied the cookies of the login that asked', async () => {
    const { login, user } = await loggedIn();
    const { changed, token } = await change(user, login);
    expect(changed).toBe(true);
    await expect(exchange(login.refreshToken)).rejects.toMatchObject(unauthorized);
    expect((await exchange(token)).user).toMatchObject({
      id: user.id,
      passwordVersion: 1,
      passwordHash: 'another hash',
    });
  });

  it('happens once, however many ask at once, and not by a login that has ended', async () => {
    const { login, user } = await loggedIn();
    const all = await Promise.all(Array.from({ length: 8 }, () => change(user, login)));
    const [won] = all.filter(({ changed }) => changed);
    expect(all.filter(({ changed }) => changed)).toHaveLength(1);
    for (const { changed, token } of all)
      if (!changed) await expect(exchange(token)).rejects.toMatchObject(unauthorized);
    const now = { ...user, passwordVersion: 1 };
    expect(await change(now, login)).toMatchObject({ changed: false });
    const [id = ''] = (won?.token ?? '').split('.');
    await accounts().endSession(id);
    expect(await change(now, { refreshToken: won?.token ?? '' })).toMatchObject({ changed: false });
  });
});

describe('what a thief set up with a stolen login', () => {
  const PASSWORD = 'of the person from the beginning';
  /** An owner whose login was stolen: the thief makes a key and an invitation, then the owner changes the password. */
  const robbed = async () => {
    const { user, team, login } = await loggedIn();
    await library.table.update({
      Key: { pk: `USER#${user.id}`, sk: 'USER' },
      UpdateExpression: 'SET passwordHash = :hash',
      ExpressionAttributeValues: { ':hash': await hashPassword(PASSWORD) },
    });
    const teams = dynamoTeams(library.table);
    const sid = login.session.split('.')[0] ?? '';
    const principal = aPrincipal({ userId: user.id, teamId: team.id, credential: { kind: 'session', id: sid } });
    const make = createApiKey({ accounts: accounts(), newId, clock });
    const { secret } = await make({ input: { name: 'k', scopes: ['media:read'] }, principal });
    const invite = createInvitation({ accounts: accounts(), teams, ...NO_MAIL, newId, clock });
    const thief = { id: team.id, email: 'thief@example.com', role: 'owner', language: 'en' } as const;
    await invite({ input: thief, principal });
    const change = changePassword({
      ...{ accounts: accounts(), teams, tokens, devices, newId, clock },
      limited: async (_, work) => work(),
    });
    const authenticate = authenticator({ accounts: accounts(), tokens, clock });
    return {
      user,
      team,
      change: (endEverything?: boolean) =>
        change({ input: { currentPassword: PASSWORD, newPassword: 'of the person alone', endEverything }, principal }),
      byKey: () => authenticate({ kind: 'bearer', token: secret }, { fresh: true }),
      invitations: () => listInvitations({ accounts: accounts(), teams, clock })({ input: { id: team.id }, principal }),
    };
  };

  it('ends with the password if its person says so, and they stay who they are in their teams', async () => {
    const { user, team, change, byKey, invitations } = await robbed();
    expect(await invitations()).toHaveLength(1);
    const { refreshToken } = await change(true);
    await expect(byKey()).rejects.toMatchObject(unauthorized);
    expect(await invitations()).toEqual([]);
    expect(await accounts().apiKeys(team.id)).toEqual([]);
    expect((await accounts().standing(team.id, user.id))?.role).toBe('owner');
    expect((await exchange(refreshToken)).user.id).toBe(user.id);
  });

  it('stays otherwise, as what the person set up does, which may be at work', async () => {
    const { change, byKey, invitations } = await robbed();
    await change();
    expect(await byKey()).toMatchObject({ credential: { kind: 'api-key' } });
    expect(await invitations()).toHaveLength(1);
  });
});

describe('attempts', () => {
  it('are never more than allowed, however many come at once, and begin anew when the time is over', async () => {
    const attempts = dynamoAttempts(library.table);
    const subject = newId();
    const allowance = { most: 10, seconds: 900 };
    const take = () => attempts.take(subject, allowance, now);
    const waits = await Promise.all(Array.from({ length: 30 }, take));
    expect(waits.filter((each) => each === undefined)).toHaveLength(10);
    wait(600);
    expect(await take()).toBeGreaterThan(290);
    await attempts.giveBack(subject);
    expect([await take(), await take()]).toEqual([undefined, expect.any(Number)]);
    wait(301);
    expect(await take()).toBeUndefined();
  });
});

describe('the owners of a team', () => {
  it('are never none: of all who go at once one stays', async () => {
    const teams = dynamoTeams(library.table);
    const { team, user } = await loggedIn();
    const members: Member[] = [{ teamId: team.id, userId: user.id, email: user.email, role: 'owner', createdAt: '' }];
    for (let index = 0; index < 4; index += 1) {
      const other = aUser();
      const member: Member = { teamId: team.id, userId: other.id, email: other.email, role: 'owner', createdAt: '' };
      const invitation = { id: newId(), teamId: team.id, email: '', role: 'owner', invitedBy: user.id } as const;
      const hash = newId();
      await teams.invite({ ...invitation, createdAt: now.toISOString(), expiresAt: '2027-01-01T00:00:00Z' }, hash);
      expect(
        await teams.accept({ ...invitation, createdAt: now.toISOString(), expiresAt: '' }, hash, member, {
          newcomer: other,
        }),
      ).toBe('joined');
      const again = { ...invitation, createdAt: now.toISOString(), expiresAt: '' };
      expect(await teams.accept(again, hash, member, { passwordVersion: 0 })).toBe('taken');
      members.push(member);
    }
    const changes = await Promise.all(
      members.map((member, index) => (index % 2 === 0 ? teams.remove(member) : teams.changeRole(member, 'viewer'))),
    );
    expect(changes.filter((change) => change === 'done')).toHaveLength(4);
    expect(changes.filter((change) => change === 'last owner')).toHaveLength(1);
    expect((await teams.members(team.id)).filter(({ role }) => role === 'owner')).toHaveLength(1);
  });
});

describe('many calls at once', () => {
  itNeedsOfTable('hundreds of writers at once')(
    'make no more API keys and invitations than a team may have',
    async () => {
      const { team, user } = await loggedIn();
      const teams = dynamoTeams(library.table);
      const principal = aPrincipal({ userId: user.id, teamId: team.id, role: 'owner' });
      const make = createApiKey({ accounts: accounts(), newId, clock });
      const key = { name: 'k', scopes: ['media:read' as const], expiresAt: undefined };
      await Promise.allSettled(Array.from({ length: 60 }, () => make({ input: key, principal })));
      expect((await accounts().apiKeys(team.id)).length).toBeLessThanOrEqual(50);
      const invite = createInvitation({ accounts: accounts(), teams, ...NO_MAIL, newId, clock });
      const role = 'viewer' as const;
      const invitation = (index: number) => ({
        id: team.id,
        email: `${index}@example.com`,
        role,
        language: 'en' as const,
      });
      await Promise.allSettled(
        Array.from({ length: 110 }, (_, index) => invite({ input: invitation(index), principal })),
      );
      expect((await teams.invitations(team.id)).length).toBeLessThanOrEqual(100);
    },
  );
});

describe('an invitation', () => {
  /** An owner of a team, an admin of it who invites, and what comes of the invitation. */
  const invited = async (role: Role) => {
    const teams = dynamoTeams(library.table);
    const { team, user: owner } = await loggedIn();
    const [maker, guest] = [aUser(), aUser()];
    const memberOf = ({ id, email }: User, its: Role): Member => ({
      ...{ teamId: team.id, userId: id, email, role: its },
      createdAt: now.toISOString(),
    });
    const invitation = (by: string, its: Role, memberSince: string): Invitation => ({
      ...{ id: newId(), teamId: team.id, email: '', role: its, invitedBy: by },
      ...{ createdAt: now.toISOString(), memberSince, expiresAt: '2030-01-01T00:00:00Z' },
    });
    const take = async (which: Invitation, who: User, its: Role) => {
      const hash = newId();
      await teams.invite(which, hash);
      return teams.accept(which, hash, memberOf(who, its), { newcomer: who });
    };
    expect(await take(invitation(owner.id, 'admin', owner.createdAt), maker, 'admin')).toBe('joined');
    const since = now.toISOString();
    return {
      teams,
      maker: memberOf(maker, 'admin'),
      accept: () => take(invitation(maker.id, role, since), guest, role),
    };
  };

  it('is accepted while its maker may give the role, and is not once they may not', async () => {
    expect(await (await invited('editor')).accept()).toBe('joined');
    const beyond = await invited('owner');
    expect(await beyond.accept()).toBe('ended');
    const demoted = await invited('viewer');
    await demoted.teams.changeRole(demoted.maker, 'editor');
    expect(await demoted.accept()).toBe('ended');
    await demoted.teams.changeRole({ ...demoted.maker, role: 'editor' }, 'admin');
    expect(await demoted.accept()).toBe('joined');
  });

  it('ends with the membership of its maker, and a later one does not bring it back', async () => {
    const { teams, maker, accept } = await invited('viewer');
    await teams.remove(maker);
    expect(await accept()).toBe('ended');
    await library.table.transact(putMember({ ...maker, createdAt: new Date(now.getTime() + 1).toISOString() }));
    expect(await accept()).toBe('ended');
  });

  it('ends with the password that an operator resets', async () => {
    const { teams, maker, accept } = await invited('viewer');
    const reset = managePeople({ accounts: accounts(), teams, clock });
    await reset({
      action: 'reset-password',
      email: maker.email ?? '',
      password: 'of the person that the address is of',
    });
    expect(await accept()).toBe('ended');
    const anew = await teams.member(maker.teamId, maker.userId);
    expect(anew).toEqual({ ...maker, createdAt: expect.any(String) });
    expect(Date.parse(anew?.createdAt ?? '')).toBeGreaterThan(Date.parse(maker.createdAt));
    const beside = (await accounts().person(maker.userId))?.teams;
    expect(beside).toEqual([{ teamId: maker.teamId, role: 'admin' }]);
    // What the person sets up in the new membership counts.
    const since = anew?.createdAt;
    const hash = newId();
    const own: Invitation = {
      ...{ id: newId(), teamId: maker.teamId, email: '', role: 'viewer', invitedBy: maker.userId, memberSince: since },
      ...{ createdAt: now.toISOString(), expiresAt: '2030-01-01T00:00:00Z' },
    };
    await teams.invite(own, hash);
    const guest = aUser();
    const place = { teamId: maker.teamId, userId: guest.id, email: guest.email, role: 'viewer' as const };
    expect(await teams.accept(own, hash, { ...place, createdAt: now.toISOString() }, { newcomer: guest })).toBe(
      'joined',
    );
  });

  /** A person with a team of their own, and the invitation to another team that they have. */
  const invitedPerson = async () => {
    const { teams, maker } = await invited('viewer');
    const user = aUser();
    await library.table.transact(putUser(user));
    const member: Member = {
      ...{ teamId: maker.teamId, userId: user.id, email: user.email, role: 'viewer' },
      createdAt: now.toISOString(),
    };
    const invitation: Invitation = {
      ...{ id: newId(), teamId: maker.teamId, email: user.email ?? '', role: 'viewer', invitedBy: maker.userId },
      ...{ createdAt: now.toISOString(), memberSince: maker.createdAt, expiresAt: '2030-01-01T00:00:00Z' },
    };
    const hash = newId();
    await teams.invite(invitation, hash);
    const accept = (passwordVersion: number | undefined = 0) =>
      teams.accept(invitation, hash, member, { passwordVersion });
    const placeOf = async () => (await teams.members(maker.teamId)).filter(({ userId }) => userId === user.id);
    return { user, teams, accept, placeOf, manage: managePeople({ accounts: accounts(), teams, clock }) };
  };

  it('that a person accepts who is gone meanwhile, or whose password is another, leads to no place', async () => {
    const { user, accept, placeOf, manage } = await invitedPerson();
    expect(await accept(1)).toBe('gone');
    await manage({ action: 'remove-user', email: user.email ?? '' });
    expect([await accept(), await accept(undefined), await placeOf()]).toEqual(['gone', 'gone', []]);
  });

  it('leads to no place of a person who is removed at once, whichever of the two comes first', async () => {
    for (let time = 0; time < 20; time += 1) {
      const { user, accept, placeOf, manage } = await invitedPerson();
      await Promise.all([accept(), manage({ action: 'remove-user', email: user.email ?? '' }).catch(() => undefined)]);
      expect((await placeOf()).length).toBe((await accounts().user(user.id)) === undefined ? 0 : 1);
    }
  });

  it('keeps a person who accepts between the last look at their teams and their removal', async () => {
    const { user, teams, accept, placeOf } = await invitedPerson();
    const real = library.table;
    const late = dynamoAccounts({
      ...real,
      transact: async (items, options) => {
        expect(await accept()).toBe('joined');
        return real.transact(items, options);
      },
    });
    const manage = managePeople({ accounts: { ...accounts(), removeUser: late.removeUser }, teams, clock });
    await expect(manage({ action: 'remove-user', email: user.email ?? '' })).rejects.toThrow('changed by another call');
    expect([(await placeOf()).length, (await accounts().user(user.id))?.id]).toEqual([1, user.id]);
  });

  it('leads to a place exactly when its maker was there, whichever of the two comes first', async () => {
    for (let time = 0; time < 20; time += 1) {
      const { teams, maker, accept } = await invited('viewer');
      const [outcome] = await Promise.all([accept(), teams.remove(maker)]);
      expect((await teams.members(maker.teamId)).length).toBe(outcome === 'joined' ? 2 : 1);
    }
  });
});

describe('a guest', () => {
  it('is gone a day after their time, with everything that they stored', async () => {
    const { table, files, ops } = library;
    const enter = createGuest({
      accounts: accounts(),
      attempts: dynamoAttempts(table),
      settings: { guests: { quotaBytes: 1000, quotaRecords: 1000, hours: 24, perAddressPerHour: 20 } },
      tokens,
      devices,
      newId,
      clock,
    });
    const { team, user, sessionSeconds } = await enter({ input: { address: '::1' }, principal: undefined });
    expect(sessionSeconds).toBe(24 * 3600);
    const media = dynamoMedia(table);
    const records = [aRecord({ teamId: team.id }), aRecord({ teamId: team.id })];
    for (const record of records) {
      await media.create(record, 1000);
      await files.write(`originals/${team.id}/${record.id}/${record.fileVersion}`, Buffer.from('x'), 'image/jpeg');
    }
    const tags = dynamoTags(table);
    const [tagId] = await nameTags({ tags, newId, clock })(['Journey'], team.id, aPrincipal({ teamId: team.id }));
    // What follows by the table's stream: counts of what is listed, and events.
    const ranks = rankWriter(table);
    const place = { kind: 'image', createdSk: 'a', filenameSk: 'a', sizeSk: 'a' } as const;
    const rank = async (by: 1 | -1) => table.transact(await ranks.items([{ teamId: team.id, place, by }]));
    await rank(1);
    const tell = (channel: string) =>
      dynamoEventLog(table).append(team.id, channel, [
        { eventId: newId(), teamId: team.id, channel, event: 'message', data: 1, at: now.toISOString() },
      ]);
    for (const channel of channelsOf(user.id, 'login')) await tell(channel);
    await media.softDelete(records[0] ?? aRecord(), now.toISOString(), '2030-01-01T00:00:00Z');
    const left = async () =>
      (await ops.items())
        .filter(({ pk, sk }) => [team.id, user.id, tagId ?? ''].some((id) => `${pk} ${sk}`.includes(id)))
        // Events go by themselves after a day.
        .filter(({ ttl }) => ttl === undefined)
        .concat((await ops.keys()).filter((key) => key.includes(team.id)).map((key) => ({ key })));
    const run = sweep({
      uploads: dynamoUploads(table),
      media,
      due: dynamoDue(table),
      guests: dynamoGuests(table),
      versions: dynamoVersions(table),
      objects: dynamoObjects(table),
      parts: library.parts,
      files,
      enqueue: async () => {},
      mayStillBring: async () => true,
      clock,
    });
    wait(50 * 3600 - 1);
    expect((await run()).guests).toBe(0);
    expect(await media.get(records[1]?.id ?? '')).toBeDefined();
    wait(2);
    expect((await run()).guests).toBe(0);
    expect(await media.get(records[1]?.id ?? '')).toBeUndefined();
    await rank(-1);
    await tell('media');
    expect((await run()).guests).toBe(1);
    expect(await left()).toEqual([]);
    expect((await run()).guests).toBe(0);
  });

  it('is one of as many from one address as the settings say', async () => {
    const attempts = dynamoAttempts(library.table);
    const settings = { guests: { quotaBytes: 1000, quotaRecords: 1000, hours: 24, perAddressPerHour: 3 } };
    const enter = createGuest({ accounts: accounts(), attempts, settings, tokens, devices, newId, clock });
    const call = { input: { address: newId() }, principal: undefined };
    for (let time = 0; time < 3; time += 1) await enter(call);
    await expect(enter(call)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3600 });
  });

  it('is not found where there are none', async () => {
    const settings = { guests: { quotaBytes: 1000, quotaRecords: 1000, hours: 0, perAddressPerHour: 20 } };
    const enter = createGuest({
      accounts: accounts(),
      attempts: dynamoAttempts(library.table),
      settings,
      tokens,
      devices,
      newId,
      clock,
    });
    await expect(enter({ input: { address: 'a' }, principal: undefined })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

it('a key and its maker are one read once the key is known, and both end at once', async () => {
  const user = aUser();
  const team: Team = { id: newId(), name: 'T', createdAt: now.toISOString() };
  const key = {
    ...{ id: newId(), teamId: team.id, userId: user.id, name: 'key', scopes: ['media:read'] as const },
    ...{ expiresAt: null, lastUsedAt: null, createdAt: now.toISOString() },
  };
  const hash = newId();
  await accounts().createOwner(user, team, key, hash);
  let calls = 0;
  const counting = <T extends object>(port: T): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        typeof method === 'function'
          ? (...given: unknown[]) => {
              calls += 1;
              return method(...given);
            }
          : method,
      ]),
    ) as T;
  const remembering = dynamoAccounts(counting(library.table));
  const standing = { role: 'owner', since: team.createdAt };
  expect(await remembering.apiKey(hash)).toMatchObject({ id: key.id });
  expect(await remembering.bringer(team.id, user.id, key.id)).toMatchObject({ standing, key: { id: key.id } });
  calls = 0;
  expect(await remembering.apiKey(hash)).toMatchObject({ id: key.id, standing });
  expect(await remembering.bringer(team.id, user.id, key.id)).toMatchObject({ standing, user: { id: user.id } });
  expect(calls).toBe(2);
  await library.table.remove(memberKey(team.id, user.id));
  expect(await remembering.apiKey(hash)).toMatchObject({ standing: 'none' });
  expect((await remembering.bringer(team.id, user.id, key.id)).standing).toBeUndefined();
  await accounts().revokeApiKey(team.id, key.id);
  expect(await remembering.apiKey(hash)).toBeUndefined();
  expect((await remembering.bringer(team.id, user.id, key.id)).key).toBeUndefined();
});
