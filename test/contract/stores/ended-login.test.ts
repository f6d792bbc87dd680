import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoAccounts, type User } from '../../../functions/accounts/account-store.ts';
import { createApiKey } from '../../../functions/accounts/api-keys.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import { dynamoShareLinks } from '../../../functions/sharing/share-link-store.ts';
import { createShareLink } from '../../../functions/sharing/share-links.ts';
import { endSetUp } from '../../../functions/teams/end-set-up.ts';
import { createInvitation } from '../../../functions/teams/invitations.ts';
import { dynamoTeams } from '../../../functions/teams/team-store.ts';
import { createTeam } from '../../../functions/teams/teams.ts';
import { dynamoWebhooks } from '../../../functions/webhooks/webhook-store.ts';
import { changeWebhook, createWebhook } from '../../../functions/webhooks/webhooks.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const newId = () => crypto.randomUUID();
const clock = () => new Date();
const URL_OF_THIEF = 'https://thief.example.com/hook';

/** A login, and what its person does in the moment between the look at the login and the look at the membership. */
const anOwner = async () => {
  const accounts = dynamoAccounts(library.table);
  const teams = dynamoTeams(library.table);
  const createdAt = '2026-01-01T00:00:00.000Z';
  const team = { id: newId(), name: 'T', createdAt };
  const user: User = {
    ...{ id: newId(), email: `${newId()}@x.example`, passwordHash: 'hash', passwordVersion: 0 },
    ...{ defaultTeamId: team.id, guestUntil: null, createdAt },
  };
  const key = { id: newId(), teamId: team.id, userId: user.id, name: 'k', scopes: [], createdAt, lastUsedAt: null };
  await accounts.createOwner(user, team, { ...key, expiresAt: null }, newId());
  const passwordVersion = 0;
  const principal = aPrincipal({
    ...{ userId: user.id, teamId: team.id, teams: [{ teamId: team.id, role: 'owner' }] },
    credential: { kind: 'session', id: 'stolen', passwordVersion },
  });
  let isOver = false;
  const endEverything = async () => {
    if (isOver) return;
    isOver = true;
    await accounts.resetPassword(user, 'new hash');
    await endSetUp(user.id, { accounts, teams, clock });
  };
  const late = {
    ...accounts,
    standing: async (teamId: string, userId: string) => {
      await endEverything();
      return accounts.standing(teamId, userId);
    },
    person: async (userId: string) => {
      await endEverything();
      return accounts.person(userId);
    },
  };
  const webhooks = dynamoWebhooks(library.table);
  const settings = { teamsPerPerson: 3 };
  const randomBytes = (bytes: number) => new Uint8Array(bytes);
  const attempts = { take: async () => undefined };
  const called = { toLoopback: false, newId, clock, attempts, mail: undefined };
  const deps = { accounts: late, teams, webhooks, settings, randomBytes, ...called };
  return { user, team, principal, deps, accounts, teams, webhooks };
};
type Owner = Awaited<ReturnType<typeof anOwner>>;

const SET_UP: Readonly<Record<string, (owner: Owner) => Promise<unknown>>> = {
  'an API key': ({ deps, principal }) =>
    createApiKey(deps)({ input: { name: 'k', scopes: ['media:read'] }, principal }),
  'an invitation': ({ deps, principal, team }) =>
    createInvitation(deps)({
      input: { id: team.id, email: 'thief@x.example', role: 'admin', language: 'en' },
      principal,
    }),
  'a webhook': ({ deps, principal }) => createWebhook(deps)({ input: { url: URL_OF_THIEF, events: [] }, principal }),
  'another address of a webhook': async ({ deps, principal, webhooks, team, user }) => {
    const kept = { keptBy: user.id, memberSince: '2026-01-01T00:00:00.000Z', secret: 's' };
    const state = { enabled: true, disabledBecause: null, succeededAt: null, createdAt: '2026-01-01T00:00:00.000Z' };
    await webhooks.create({ id: 'w', teamId: team.id, url: 'https://our.example.com', events: [], ...kept, ...state });
    return changeWebhook(deps)({ input: { id: 'w', url: URL_OF_THIEF }, principal });
  },
  'a share link': async ({ deps, principal, team }) => {
    const records = async () => [{ id: 'one', teamId: team.id, filename: 'one', fileVersion: 'v' }] as never;
    const links = dynamoShareLinks(library.table);
    const hashPassword = async () => 'hash';
    const collections = { get: async () => undefined };
    return createShareLink({ ...deps, collections, records, links, hashPassword })({
      input: { mediaIds: ['one'] },
      principal,
    });
  },
  'a team': ({ deps, principal }) => createTeam(deps)({ input: { name: 'of the thief' }, principal }),
};

describe('a call under way while the password of its login is changed and everything is ended', () => {
  it.each(Object.entries(SET_UP))('sets up nothing in the membership that begins then: %s', async (_, call) => {
    const owner = await anOwner();
    const { accounts, teams, webhooks, team, user } = owner;
    const refusal = await call(owner).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MediaError);
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED' });
    const addresses = (await webhooks.list(team.id)).map(({ url }) => url);
    expect([await accounts.apiKeys(team.id), await teams.invitations(team.id)]).toEqual([[], []]);
    expect(addresses).not.toContain(URL_OF_THIEF);
    expect(await dynamoShareLinks(library.table).list(team.id)).toEqual([]);
    expect((await accounts.person(user.id))?.teams).toHaveLength(1);
  });

  it.each(Object.entries(SET_UP))('is done while the login holds: %s', async (_, call) => {
    const owner = await anOwner();
    const held = { ...owner, deps: { ...owner.deps, accounts: owner.accounts } };
    await expect(call(held as Owner)).resolves.toBeDefined();
  });
});
