import { describe, expect, it } from '@jest/globals';
import type { ApiKey } from '../../../functions/accounts/account-store.ts';
import type { Counter } from '../../../functions/accounts/password-attempts.ts';
import type { OrderedCollection } from '../../../functions/domain/collection.ts';
import { SHARED_READ_SECONDS } from '../../../functions/domain/ends-of-access.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import {
  type CountedShareLink,
  MOST_SHARE_LINKS,
  type OpenShareLink,
  type ShareLink,
} from '../../../functions/domain/share-link.ts';
import { listShared, openSharedFile, openShareLink } from '../../../functions/sharing/open-share-link.ts';
import { createShareLink, listShareLinks, revokeShareLink } from '../../../functions/sharing/share-links.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const SINCE = '2026-01-01T00:00:00.000Z';
const START = Date.parse('2026-03-01T00:00:00.000Z');

const aRecord = (id: string, fields: Partial<MediaRecord> = {}) =>
  ({
    ...{ id, teamId: 'team', state: 'active', filename: `${id}.jpg`, mimeType: 'image/jpeg', fileVersion: `${id}-1` },
    ...{ visibility: 'private', renditions: { small: { width: 160, height: 90 } }, title: null },
    ...fields,
  }) as MediaRecord;

/** A team whose member `user` makes links, and what becomes of them; all of it in memory. */
const aTeam = (records: readonly MediaRecord[] = [aRecord('one'), aRecord('two')]) => {
  const stored = new Map<string, OpenShareLink>();
  const listed = new Map<string, CountedShareLink & { readonly hash: string }>();
  const signed: { key: string; expiresIn: number; disposition: string }[] = [];
  const attempts: Counter[][] = [];
  const state = {
    now: START,
    standing: { role: 'editor' as Role, since: SINCE } as { role: Role; since: string } | undefined,
    keys: [
      { id: 'key', userId: 'user', scopes: ['media:read', 'media:write'], expiresAt: null },
    ] as unknown as ApiKey[],
    records: [...records],
    passwordHolds: true,
  };
  const links = {
    create: async (
      link: ShareLink,
      kept: { hash: string; passwordHash: string | null; mediaIds: readonly string[] },
    ) => {
      if (!state.passwordHolds) return false;
      const { hash, ...rest } = kept;
      stored.set(hash, { ...link, ...rest });
      const { id } = link;
      listed.set(id, { ...link, hash, views: 0, viewedAt: null });
      return true;
    },
    find: async (hash: string) => stored.get(hash),
    list: async () => [...listed.values()],
    countView: async ({ id }: { id: string }, at: string) => {
      const link = listed.get(id);
      if (link) listed.set(id, { ...link, views: link.views + 1, viewedAt: at });
    },
    remove: async (_: string, id: string) => {
      stored.delete(listed.get(id)?.hash ?? '');
      return listed.delete(id);
    },
  };
  const collections = new Map<string, OrderedCollection>();
  const accesses = new Map<string, string>();
  const deps = {
    links,
    collections: { get: async (id: string) => collections.get(id) },
    accounts: {
      standing: async () => state.standing,
      apiKeyById: async (_: string, id: string) => state.keys.find((key) => key.id === id),
    },
    records: async (ids: readonly string[]) =>
      ids.flatMap((id) => state.records.filter((record) => record.id === id && record.state === 'active')),
    access: {
      sign: async (hash: string) => {
        accesses.set(`access to ${hash}`, hash);
        return `access to ${hash}`;
      },
      open: async (access: string) => accesses.get(access),
    },
    limited: async (counters: readonly Counter[], check: () => Promise<boolean>) => {
      attempts.push([...counters]);
      return check();
    },
    hashPassword: async (password: string) => `hash of ${password}`,
    verifyPassword: async (password: string, hash: string) => hash === `hash of ${password}`,
    signRead: ({ key, contentDisposition }: { key: string; contentDisposition: string }, expiresIn: number) => {
      signed.push({ key, expiresIn, disposition: contentDisposition });
      return `https://bucket/${key}`;
    },
    newId: () => crypto.randomUUID(),
    clock: () => new Date(state.now),
  };
  const share = (input = {}, principal = aPrincipal({ role: 'editor' })) =>
    createShareLink(deps)({ input: { mediaIds: ['one', 'two'], ...input }, principal });
  const open = (token: string, password?: string) =>
    openShareLink(deps)({ input: { token, password, address: '192.0.2.1' }, principal: undefined });
  const list = () => listShareLinks(deps)({ input: undefined, principal: aPrincipal({ role: 'editor' }) });
  return { state, deps, stored, listed, signed, attempts, collections, share, open, list };
};
type Team = ReturnType<typeof aTeam>;

const byKey = () =>
  aPrincipal({
    role: 'editor',
    credential: { kind: 'api-key', id: 'key' },
    scopes: new Set(['media:read', 'media:update']),
  });
const NOT_FOUND = { code: 'NOT_FOUND', message: 'Share link not found' };

describe('a share link', () => {
  it('opens its records to the holder of its token, in the order in which they were chosen', async () => {
    const team = aTeam();
    const { token } = await team.share({ mediaIds: ['two', 'one', 'two'], name: 'Harbour' });
    const { link, page } = await team.open(token);
    expect(link.name).toBe('Harbour');
    expect(page.items.map(({ record }) => record.id)).toEqual(['two', 'one']);
    expect(page).toMatchObject({ total: 2, nextCursor: null });
    await expect(team.open(`${token}x`)).rejects.toMatchObject(NOT_FOUND);
  });

  it('is stored by the hash of its token alone', async () => {
    const team = aTeam();
    const { token } = await team.share({ password: 'a word for guests' });
    const everything = JSON.stringify([[...team.stored], [...team.listed]]);
    expect(everything).not.toContain(token);
    expect(everything).not.toMatch(/"password":/);
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('counts each time that it is opened, and no page or file after it', async () => {
    const team = aTeam();
    const { token } = await team.share();
    const { access } = await team.open(token);
    await team.open(token);
    await listShared(team.deps)({ input: { access }, principal: undefined });
    await openSharedFile(team.deps)({ input: { access, id: 'one' }, principal: undefined });
    expect(await team.list()).toMatchObject([{ views: 2, viewedAt: new Date(START).toISOString() }]);
  });

  it('signs every address for less than a minute', async () => {
    const team = aTeam();
    const { token } = await team.share();
    const { access } = await team.open(token);
    const input = { access, id: 'one', disposition: 'attachment' } as const;
    await openSharedFile(team.deps)({ input, principal: undefined });
    expect(team.signed.at(-1)?.disposition).toMatch(/^attachment/);
    expect(team.signed.map(({ key }) => key)).toContain('originals/team/one/one-1');
    expect(Math.max(...team.signed.map(({ expiresIn }) => expiresIn))).toBe(SHARED_READ_SECONDS);
    expect(SHARED_READ_SECONDS).toBeLessThan(60);
  });

  it('shows what is in the library now: no record of the trash, none without a file, and none of another team', async () => {
    const records = ['one', 'two', 'three', 'four'].map((id) => aRecord(id));
    const team = aTeam(records);
    const { token } = await team.share({ mediaIds: records.map(({ id }) => id) });
    team.state.records = [
      aRecord('one', { state: 'deleted' }),
      aRecord('two', { fileVersion: null }),
      aRecord('three', { teamId: 'another' }),
      aRecord('four'),
    ];
    const { access, page } = await team.open(token);
    expect(page.items.map(({ record }) => record.id)).toEqual(['four']);
    for (const id of ['one', 'two', 'three', 'another-record']) {
      const file = openSharedFile(team.deps)({ input: { access, id }, principal: undefined });
      await expect(file).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('to a collection opens what that has at the moment, in its order, and nothing once it is gone', async () => {
    const team = aTeam(['one', 'two', 'three'].map((id) => aRecord(id)));
    const collection = { id: 'c', teamId: 'team', name: 'Harbour', count: 2, mediaIds: ['two', 'one'] };
    team.collections.set('c', collection as never);
    const { token, link } = await team.share({ mediaIds: undefined, collectionId: 'c' });
    expect(link).toMatchObject({ name: 'Harbour', records: 2 });
    const idsNow = async () => (await team.open(token)).page.items.map(({ record }) => record.id);
    expect(await idsNow()).toEqual(['two', 'one']);
    team.collections.set('c', { ...collection, mediaIds: ['three', 'two'] } as never);
    expect(await idsNow()).toEqual(['three', 'two']);
    const { access } = await team.open(token);
    const file = openSharedFile(team.deps)({ input: { access, id: 'one' }, principal: undefined });
    await expect(file).rejects.toMatchObject({ code: 'NOT_FOUND' });
    team.collections.set('c', { ...collection, teamId: 'another' } as never);
    await expect(team.open(token)).rejects.toMatchObject(NOT_FOUND);
    team.collections.clear();
    await expect(team.open(token)).rejects.toMatchObject(NOT_FOUND);
    const missing = team.share({ mediaIds: undefined, collectionId: 'c' });
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Collection not found' });
  });

  it('has pages', async () => {
    const records = Array.from({ length: 120 }, (_, index) => aRecord(`r${index}`));
    const team = aTeam(records);
    const { token } = await team.share({ mediaIds: records.map(({ id }) => id) });
    const { access, page } = await team.open(token);
    const seen = page.items.map(({ record }) => record.id);
    let cursor = page.nextCursor;
    while (cursor !== null) {
      const next = await listShared(team.deps)({ input: { access, cursor }, principal: undefined });
      seen.push(...next.items.map(({ record }) => record.id));
      cursor = next.nextCursor;
    }
    expect(seen).toEqual(records.map(({ id }) => id));
    const beyond = await listShared(team.deps)({ input: { access, cursor: '999999' }, principal: undefined });
    expect(beyond).toMatchObject({ items: [], nextCursor: null });
  });
});

describe('a share link with a password', () => {
  it('shows nothing without it, not even its name, and counts no view', async () => {
    const team = aTeam();
    const { token } = await team.share({ password: 'a word for guests' });
    await expect(team.open(token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(team.open(token, 'another word')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await team.list()).toMatchObject([{ views: 0 }]);
    expect((await team.open(token, 'a word for guests')).page.items).toHaveLength(2);
  });

  it('counts guesses for the address that makes them and for the link, of an address for all links', async () => {
    const team = aTeam();
    const { token, link } = await team.share({ password: 'a word for guests' });
    await team.open(token, 'a guess').catch(() => {});
    expect(team.attempts[0]?.map(({ subject }) => subject)).toEqual([
      `pair#192.0.2.1#link#${link.id}`,
      'address#192.0.2.1',
      `link#${link.id}`,
    ]);
  });

  it('has none that guessers try first', async () => {
    await expect(aTeam().share({ password: 'password123' })).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});

/** What becomes of the maker of a link or of the link, and whether it opens again once that is undone. */
const ENDS: readonly [string, (team: Team, id: string) => unknown, 'login' | 'key'][] = [
  ['it is revoked', ({ deps }, id) => revokeShareLink(deps)({ input: { id }, principal: aPrincipal() }), 'login'],
  ['it has expired', ({ state }) => (state.now += 3_600_000), 'login'],
  ['its maker is removed', ({ state }) => (state.standing = undefined), 'login'],
  [
    'its maker has come back',
    ({ state }) => (state.standing = { role: 'editor', since: '2026-02-01T00:00:00.000Z' }),
    'login',
  ],
  ['its maker may only look', ({ state }) => (state.standing = { role: 'viewer', since: SINCE }), 'login'],
  ['its key is revoked', ({ state }) => state.keys.splice(0), 'key'],
  [
    'its key has expired',
    ({ state }) => Object.assign(state.keys[0] ?? {}, { expiresAt: new Date(state.now).toISOString() }),
    'key',
  ],
  ['the maker of its key is removed', ({ state }) => (state.standing = undefined), 'key'],
  ['the maker of its key may only look', ({ state }) => (state.standing = { role: 'viewer', since: SINCE }), 'key'],
];

describe('a share link that was opened', () => {
  it.each(ENDS)('opens nothing once %s, neither by its token nor by what was given out for it', async (_, end, by) => {
    const team = aTeam();
    const expiresAt = new Date(START + 3_600_000).toISOString();
    const { token, link } = await team.share({ expiresAt }, by === 'key' ? byKey() : undefined);
    const { access } = await team.open(token);
    await end(team, link.id);
    await expect(team.open(token)).rejects.toMatchObject(NOT_FOUND);
    const calls = [listShared(team.deps)({ input: { access }, principal: undefined })];
    calls.push(openSharedFile(team.deps)({ input: { access, id: 'one' }, principal: undefined }) as never);
    for (const call of calls) await expect(call).rejects.toMatchObject(NOT_FOUND);
  });

  it('opens again with the role of its maker, and is listed as closed until then', async () => {
    const team = aTeam();
    const { token } = await team.share();
    team.state.standing = { role: 'viewer', since: SINCE };
    expect(await team.list()).toMatchObject([{ state: 'suspended' }]);
    team.state.standing = { role: 'admin', since: SINCE };
    expect(await team.list()).toMatchObject([{ state: 'open' }]);
    expect((await team.open(token)).page.total).toBe(2);
  });

  it('goes from the list for good with its maker', async () => {
    const team = aTeam();
    await team.share();
    team.state.standing = undefined;
    expect(await team.list()).toEqual([]);
    team.state.standing = { role: 'editor', since: SINCE };
    expect([await team.list(), team.stored.size]).toEqual([[], 0]);
  });
});

describe('a call that makes a share link', () => {
  it.each([
    ['a viewer', aPrincipal({ role: 'viewer' }), 'FORBIDDEN'],
    ['a guest', aPrincipal({ guest: true }), 'FORBIDDEN'],
    ['a key that may change records and not see them', aPrincipal({ scopes: new Set(['media:update']) }), 'FORBIDDEN'],
  ])('is refused to %s', async (_, principal, code) => {
    const team = aTeam();
    await expect(team.share({}, principal)).rejects.toMatchObject({ code });
    expect(team.stored.size).toBe(0);
  });

  it.each([
    ['a record of another team', { mediaIds: ['theirs'] }, 'NOT_FOUND'],
    ['a record that is not there', { mediaIds: ['one', 'none'] }, 'NOT_FOUND'],
    ['a file of another server', { mediaIds: ['elsewhere'] }, 'VALIDATION'],
    ['an end that is over', { expiresAt: '2026-02-28T00:00:00.000Z' }, 'VALIDATION'],
  ])('is refused with %s, and makes none', async (_, input, code) => {
    const elsewhere = aRecord('elsewhere', { fileVersion: null, externalUrl: 'https://example.com/a.jpg' });
    const team = aTeam([aRecord('one'), aRecord('theirs', { teamId: 'another' }), elsewhere]);
    await expect(team.share(input)).rejects.toMatchObject({ code });
    expect(team.stored.size).toBe(0);
  });

  it('is refused once the login has ended, and beyond the bound of a team', async () => {
    const team = aTeam();
    team.state.passwordHolds = false;
    await expect(team.share()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    team.state.passwordHolds = true;
    for (let made = 0; made < MOST_SHARE_LINKS; made += 1) await team.share();
    await expect(team.share()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(team.listed.size).toBe(MOST_SHARE_LINKS);
  });
});
