import { describe, expect, it } from '@jest/globals';
import type { ApiKey, User } from '../../../functions/accounts/account-store.ts';
import { getMe } from '../../../functions/accounts/get-me.ts';
import { v1GetMe } from '../../../functions/dialects/v1/accounts.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const AT = '2026-01-01T00:00:00.000Z';
const user = { id: 'user', email: 'private@x.example', defaultTeamId: 'home', guestUntil: null, createdAt: AT } as User;
const key = {
  id: 'key',
  teamId: 'team',
  name: 'Site',
  scopes: ['media:read'],
  expiresAt: null,
  createdAt: AT,
} as const;
const ask = async (credential: ReturnType<typeof aPrincipal>['credential'], found: unknown = key) => {
  const accounts = {
    user: async () => user,
    team: async (id: string) => ({ id, name: 'T', createdAt: AT }),
    apiKeyById: async () => found as ApiKey | undefined,
  };
  const me = await getMe({ accounts })({ input: undefined, principal: aPrincipal({ credential }) });
  return (v1GetMe.reply(me, {} as never) as { body: { data: Record<string, unknown> } }).body.data;
};

describe('who asks who they are', () => {
  it('by an API key is told what the key is, and of its maker the id alone', async () => {
    const told = await ask({ kind: 'api-key', id: 'key' });
    expect(told).toMatchObject({ apiKey: { id: 'key', name: 'Site', scopes: ['media:read'] }, user: { id: 'user' } });
    expect(JSON.stringify(told)).not.toMatch(/private|home/);
  });

  it('by a login is told their account', async () => {
    expect(await ask({ kind: 'session', id: 's' })).toMatchObject({
      apiKey: null,
      user: { email: 'private@x.example' },
    });
  });

  it('by a key that was revoked in that moment is refused', async () => {
    await expect(ask({ kind: 'api-key', id: 'key' }, null)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
