import { describe, expect, it } from '@jest/globals';
import type { ApiKey, Session } from '../../../functions/accounts/account-store.ts';
import { authenticator } from '../../../functions/accounts/authenticate.ts';
import { hashesOf, newSessionSecrets, sessionCookie } from '../../../functions/accounts/session-tokens.ts';
import { hashSecret, newApiKey } from '../../../functions/accounts/tokens.ts';
import type { Role } from '../../../functions/domain/scopes.ts';

const SESSION = crypto.randomUUID();
const SECRETS = newSessionSecrets();
const COOKIE = { kind: 'session', token: sessionCookie(SESSION, SECRETS) } as const;

const setup = () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const keys = new Map<string, ApiKey>();
  const sessions = new Map<string, Session>();
  const roles = new Map<string, Role>([['t u', 'owner']]);
  const touched: string[] = [];
  let version = 0;
  let joined = '';
  const since = () => joined;
  let reads = 0;
  const authenticate = authenticator({
    accounts: {
      apiKey: async (hash) => {
        reads += 1;
        return keys.get(hash);
      },
      session: async (id) => {
        reads += 1;
        return sessions.get(id);
      },
      touchApiKey: async (_, at) => {
        // As long as a store takes: a use that is not waited for would be missing below.
        await new Promise((resolve) => setImmediate(resolve));
        touched.push(at);
      },
      standing: async (team, user) => {
        const role = roles.get(`${team} ${user}`);
        return role && { role, since: since() };
      },
      person: async (user) => ({
        user: {
          id: user,
          email: 'u@example.com',
          passwordHash: '',
          passwordVersion: version,
          defaultTeamId: 't',
          guestUntil: null,
          createdAt: '',
        },
        teams: [...roles].map(([key, role]) => ({ teamId: key.split(' ')[0] ?? '', role })),
      }),
    },
    tokens: {
      verify: async () => ({
        userId: 'u',
        teamId: 't',
        sessionId: SESSION,
        expiresAt: Date.parse('2026-01-01T00:00:10Z'),
      }),
    },
    clock: () => new Date(now),
  });
  const token = newApiKey();
  keys.set(hashSecret(token), {
    id: 'k',
    teamId: 't',
    userId: 'u',
    name: 'n',
    scopes: ['media:read'],
    createdAt: '',
    expiresAt: '2026-01-01T01:00:00Z',
    lastUsedAt: null,
  });
  sessions.set(SESSION, {
    id: SESSION,
    userId: 'u',
    passwordVersion: 0,
    ...hashesOf(SECRETS),
    createdAt: '',
    expiresAt: '2026-01-02T00:00:00Z',
  });
  return {
    authenticate,
    token,
    keys,
    sessions,
    roles,
    touched,
    rejoin: () => {
      joined = new Date(now).toISOString();
    },
    changePassword: () => {
      version += 1;
    },
    reads: () => reads,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
  };
};

const unauthorized = { code: 'UNAUTHORIZED' };

describe('authentication', () => {
  it('finds the holder of a key with the scopes of the key', async () => {
    const { authenticate, token } = setup();
    const principal = await authenticate({ kind: 'bearer', token }, { fresh: true });
    expect([...principal.scopes]).toEqual(['media:read']);
    expect(principal).toMatchObject({ userId: 'u', teamId: 't', credential: { kind: 'api-key', id: 'k' } });
  });

  it('reads the store once for reads within half a minute', async () => {
    const { authenticate, token, reads, wait } = setup();
    await authenticate({ kind: 'bearer', token }, { fresh: false });
    wait(29);
    await authenticate({ kind: 'bearer', token }, { fresh: false });
    expect(reads()).toBe(1);
    wait(2);
    await authenticate({ kind: 'bearer', token }, { fresh: false });
    expect(reads()).toBe(2);
  });

  it('refuses a key whose maker left the team, also after they joined it again', async () => {
    const { authenticate, token, keys, rejoin, wait } = setup();
    await authenticate({ kind: 'bearer', token }, { fresh: true });
    wait(1);
    rejoin();
    await expect(authenticate({ kind: 'bearer', token }, { fresh: true })).rejects.toMatchObject(unauthorized);
    const [key] = keys.values();
    const again = newApiKey();
    const memberSince = '2026-01-01T00:00:01.000Z';
    keys.set(hashSecret(again), { ...(key as ApiKey), memberSince });
    expect(await authenticate({ kind: 'bearer', token: again }, { fresh: true })).toMatchObject({ userId: 'u' });
    wait(1);
    rejoin();
    await expect(authenticate({ kind: 'bearer', token: again }, { fresh: true })).rejects.toMatchObject(unauthorized);
  });

  it('refuses a revoked key at once on writes and within a minute on reads', async () => {
    const { authenticate, token, keys, wait } = setup();
    await authenticate({ kind: 'bearer', token }, { fresh: false });
    keys.clear();
    await expect(authenticate({ kind: 'bearer', token }, { fresh: true })).rejects.toMatchObject(unauthorized);
    await expect(authenticate({ kind: 'bearer', token }, { fresh: false })).rejects.toMatchObject(unauthorized);
    wait(60);
    await expect(authenticate({ kind: 'bearer', token }, { fresh: false })).rejects.toMatchObject(unauthorized);
  });

  it('refuses a key after its expiry, remembered or not', async () => {
    const { authenticate, token, wait } = setup();
    wait(3595);
    await authenticate({ kind: 'bearer', token }, { fresh: false });
    wait(6);
    await expect(authenticate({ kind: 'bearer', token }, { fresh: false })).rejects.toMatchObject(unauthorized);
  });

  it('refuses the key, cookie and token of a person who left the team', async () => {
    const { authenticate, token, roles } = setup();
    roles.clear();
    for (const credential of [{ kind: 'bearer', token }, COOKIE, { kind: 'bearer', token: 'a.jwt.token' }] as const) {
      await expect(authenticate(credential, { fresh: true })).rejects.toMatchObject(unauthorized);
    }
  });

  it('finds all teams of a person who logged in, and works in their default team', async () => {
    const { authenticate, roles } = setup();
    roles.set('other u', 'viewer');
    expect(await authenticate(COOKIE, { fresh: true })).toMatchObject({
      teamId: 't',
      role: 'owner',
      teams: [
        { teamId: 't', role: 'owner' },
        { teamId: 'other', role: 'viewer' },
      ],
    });
  });

  it('works in the team that is named, with the role there, remembered or not', async () => {
    const { authenticate, roles } = setup();
    roles.set('other u', 'viewer');
    for (const fresh of [true, false]) {
      const principal = await authenticate(COOKIE, { fresh, teamId: 'other' });
      expect(principal).toMatchObject({
        teamId: 'other',
        role: 'viewer',
        teams: [{ teamId: 'other', role: 'viewer' }],
      });
      expect([...principal.scopes]).toEqual(['media:read']);
    }
    expect(await authenticate(COOKIE, { fresh: false })).toMatchObject({ teamId: 't' });
  });

  it('does not find a team for a person who is not in it, nor for a key any but its own', async () => {
    const { authenticate, token, roles } = setup();
    await expect(authenticate(COOKIE, { fresh: true, teamId: 'other' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Team not found',
    });
    roles.set('other u', 'owner');
    const key = { kind: 'bearer', token } as const;
    await expect(authenticate(key, { fresh: true, teamId: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await authenticate(key, { fresh: true, teamId: 't' })).toMatchObject({ teamId: 't' });
  });

  it('works in the next team of a person who left their default team', async () => {
    const { authenticate, roles } = setup();
    roles.clear();
    roles.set('other u', 'editor');
    expect(await authenticate(COOKIE, { fresh: true })).toMatchObject({ teamId: 'other', role: 'editor' });
  });

  it('refuses cookie and token of a login that was made with an older password', async () => {
    const { authenticate, changePassword } = setup();
    await authenticate(COOKIE, { fresh: true });
    changePassword();
    await expect(authenticate(COOKIE, { fresh: true })).rejects.toMatchObject(unauthorized);
    await expect(authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: true })).rejects.toMatchObject(
      unauthorized,
    );
  });

  it('takes the cookie before the last refresh for a minute, and no other', async () => {
    const { authenticate, sessions, wait } = setup();
    const session = sessions.get(SESSION) as Session;
    const { cookieHash, refreshHash } = session;
    const former = { cookieHash, refreshHash, nonce: 'n', at: '2026-01-01T00:00:00Z' };
    sessions.set(SESSION, { ...session, ...hashesOf(newSessionSecrets()), former });
    wait(59);
    await authenticate(COOKIE, { fresh: true });
    wait(2);
    await expect(authenticate(COOKIE, { fresh: true })).rejects.toMatchObject(unauthorized);
    for (const token of [SESSION, `${SESSION}.`, sessionCookie(SESSION, newSessionSecrets()), '', '..']) {
      await expect(authenticate({ kind: 'session', token }, { fresh: true })).rejects.toMatchObject(unauthorized);
    }
  });

  it('says when a key was last used, at most every five minutes', async () => {
    const { authenticate, token, keys, touched, wait } = setup();
    const key = { kind: 'bearer', token } as const;
    await authenticate(key, { fresh: true });
    expect(touched).toEqual(['2026-01-01T00:00:00.000Z']);
    keys.set(hashSecret(token), { ...(keys.get(hashSecret(token)) as ApiKey), lastUsedAt: touched[0] ?? '' });
    wait(299);
    await authenticate(key, { fresh: true });
    expect(touched).toHaveLength(1);
    wait(2);
    await authenticate(key, { fresh: true });
    expect(touched).toHaveLength(2);
  });

  it('looks a person up again who names a team that they joined since', async () => {
    const { authenticate, roles } = setup();
    await authenticate(COOKIE, { fresh: true });
    roles.set('other u', 'viewer');
    expect(await authenticate(COOKIE, { fresh: false, teamId: 'other' })).toMatchObject({ teamId: 'other' });
  });

  it('refuses an access token once its login has ended', async () => {
    const { authenticate, sessions } = setup();
    await authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: true });
    sessions.clear();
    await expect(authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: true })).rejects.toMatchObject(
      unauthorized,
    );
  });

  it('does not remember an access token beyond its own expiry', async () => {
    const { authenticate, reads, wait } = setup();
    await authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: false });
    wait(9);
    await authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: false });
    expect(reads()).toBe(1);
    wait(2);
    await authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: false });
    expect(reads()).toBe(2);
  });
});
