import { describe, expect, it } from '@jest/globals';
import type { ApiKey, Session, User } from '../../../functions/accounts/account-store.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { mayStillBring } from '../../../functions/uploads/may-still-bring.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const LOGIN = { kind: 'login', id: 's' } as const;
const KEY = { kind: 'api-key', id: 'k' } as const;

interface State {
  readonly role?: Role | undefined;
  readonly since?: string;
  readonly guestUntil?: string;
  readonly login?: Partial<Session> | undefined;
  readonly key?: Partial<ApiKey> | undefined;
  /** Of which password the upload remembers its login to have been. */
  readonly of?: number;
}
const key = {
  id: 'k',
  teamId: 't',
  userId: 'u',
  scopes: ['media:write'],
  createdAt: at(-60),
  expiresAt: null,
} as const;

const ask = (state: State, by: UploadSession['by'], replaces = false) => {
  const { role, since, guestUntil, ...held } = { role: 'editor' as const, since: at(-90), guestUntil: null, ...state };
  const login = 'login' in held ? held.login : { passwordVersion: 1 };
  const found = 'key' in held ? held.key : key;
  return mayStillBring({
    accounts: {
      bringer: async (_team, _user, keyId) => ({
        standing: role && { role, since },
        user: { id: 'u', passwordVersion: 1, guestUntil } as User,
        key: keyId === undefined ? undefined : (found as ApiKey | undefined),
      }),
      session: async () => login as Session | undefined,
    },
    clock: () => new Date(NOW),
  })({
    ...{ teamId: 't', userId: 'u', by, createdAt: at(-30) },
    ...(state.of === undefined ? {} : { passwordVersion: state.of }),
    ...(replaces ? { replaces: { fileVersion: null } } : {}),
  } as UploadSession);
};

describe('what a signed request stored', () => {
  it.each([LOGIN, KEY, undefined])('becomes a record while its maker could ask for it (%j)', async (by) =>
    expect(await ask({}, by)).toBe(true),
  );

  it.each<[string, State, UploadSession['by']]>([
    ['was removed', { role: undefined }, LOGIN],
    ['was demoted', { role: 'viewer' }, LOGIN],
    ['was removed and came back', { since: at(-10) }, LOGIN],
    ['changed the password of the login', { login: { passwordVersion: 0 } }, LOGIN],
    ['signed out, as a thief does, before the password was changed', { of: 0, login: undefined }, LOGIN],
    ['changed the password, of which the upload has noted the former', { of: 0 }, LOGIN],
    ['is a guest whose time is over', { guestUntil: at(0) }, LOGIN],
    ['came by a key that was revoked', { key: undefined }, KEY],
    ['came by a key that has expired', { key: { ...key, expiresAt: at(-1) } }, KEY],
    ['came by a key and was demoted', { role: 'viewer' }, KEY],
  ])('becomes none once who asked for it %s', async (_, state, by) => expect(await ask(state, by)).toBe(false));

  it('takes the place of a file while they may update, which a key to create may not', async () => {
    expect(await ask({}, KEY, true)).toBe(true);
    expect(await ask({ key: { ...key, scopes: ['media:create'] } }, KEY)).toBe(true);
    expect(await ask({ key: { ...key, scopes: ['media:create'] } }, KEY, true)).toBe(false);
  });

  it('stays what its maker began, who logged out meanwhile', async () =>
    expect(await ask({ of: 1, login: undefined }, LOGIN)).toBe(true));

  it('of an earlier release, without the version of a password, is judged by the login while there is one', async () => {
    expect(await ask({ login: undefined }, LOGIN)).toBe(true);
    expect(await ask({ login: { passwordVersion: 0 } }, LOGIN)).toBe(false);
  });
});
