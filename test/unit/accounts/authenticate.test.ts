import { describe, expect, it } from '@jest/globals';
import type { ApiKey, Session } from '../../../functions/accounts/account-store.ts';
import { authenticator } from '../../../functions/accounts/authenticate.ts';
import { hashSecret, newApiKey } from '../../../functions/accounts/tokens.ts';
import type { Role } from '../../../functions/domain/scopes.ts';

const setup = () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const keys = new Map<string, ApiKey>();
  const sessions = new Map<string, Session>();
  const roles = new Map<string, Role>([['t u', 'owner']]);
  let reads = 0;
  const authenticate = authenticator({
    accounts: {
      apiKey: async (hash) => {
        reads += 1;
        return keys.get(hash);
      },
      session: async (hash) => sessions.get(hash),
      role: async (team, user) => roles.get(`${team} ${user}`),
    },
    tokens: { verify: async () => ({ userId: 'u', teamId: 't', sessionId: hashSecret('cookie') }) },
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
  });
  sessions.set(hashSecret('cookie'), {
    id: hashSecret('cookie'),
    userId: 'u',
    teamId: 't',
    refreshHash: '',
    createdAt: '',
    expiresAt: '2026-01-02T00:00:00Z',
  });
  return {
    authenticate,
    token,
    keys,
    sessions,
    roles,
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

  it('refuses the key, cookie and token of somebody who left the team', async () => {
    const { authenticate, token, roles } = setup();
    roles.clear();
    for (const credential of [
      { kind: 'bearer', token },
      { kind: 'session', token: 'cookie' },
      { kind: 'bearer', token: 'a.jwt.token' },
    ] as const) {
      await expect(authenticate(credential, { fresh: true })).rejects.toMatchObject(unauthorized);
    }
  });

  it('refuses an access token once its login has ended', async () => {
    const { authenticate, sessions } = setup();
    await authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: true });
    sessions.clear();
    await expect(authenticate({ kind: 'bearer', token: 'a.jwt.token' }, { fresh: true })).rejects.toMatchObject(
      unauthorized,
    );
  });
});
