import { describe, expect, it } from '@jest/globals';
import { revokeApiKey } from '../../../functions/accounts/api-keys.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import { withdrawInvitation } from '../../../functions/teams/invitations.ts';
import { changeWebhook, deleteWebhook } from '../../../functions/webhooks/webhooks.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const maker = 'maker';
/** A team with a key, an invitation and a webhook of one member, and what was called that changes one of them. */
const teamOf = (role: Role | undefined) => {
  const changed: string[] = [];
  const done = (what: string) => async () => {
    changed.push(what);
    return true;
  };
  const accounts = {
    standing: async (_: string, userId: string) => {
      if (userId !== maker) return { role: 'admin' as const, since: 'then' };
      return role && { role, since: 'then' };
    },
    apiKeyById: async (_: string, id: string) => ({ id, userId: maker }),
    revokeApiKey: done('key'),
  };
  const teams = { invitations: async () => [{ id: 'thing', role: role ?? 'editor' }], withdraw: done('invitation') };
  const webhooks = {
    get: async (_: string, id: string) => ({ id, keptBy: maker }),
    change: done('webhook'),
    remove: done('webhook'),
  };
  return { deps: { accounts, teams, webhooks, rejectUploads: async () => {}, toLoopback: false } as never, changed };
};
const CALLS = {
  'revoke an API key': (deps: never, principal: never) => revokeApiKey(deps)({ input: { id: 'thing' }, principal }),
  'withdraw an invitation': (deps: never, principal: never) =>
    withdrawInvitation(deps)({ input: { teamId: 'team', invitationId: 'thing' }, principal }),
  'redirect a webhook': (deps: never, principal: never) =>
    changeWebhook(deps)({ input: { id: 'thing', url: 'https://thief.example.com/' }, principal }),
  'remove a webhook': (deps: never, principal: never) => deleteWebhook(deps)({ input: { id: 'thing' }, principal }),
};

describe.each(Object.entries(CALLS))('who wants to %s', (_, call) => {
  const as = (role: Role) => aPrincipal({ userId: 'caller', role }) as never;
  it('of an owner as an admin is refused, and changes nothing', async () => {
    const { deps, changed } = teamOf('owner');
    await expect(call(deps, as('admin'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(changed).toEqual([]);
  });

  it.each<[string, Role | undefined, Role]>([
    ['an owner as another owner', 'owner', 'owner'],
    ['an admin as another admin', 'admin', 'admin'],
    ['a person who has left as an admin', undefined, 'admin'],
  ])('of %s does', async (_who, of, role) => {
    const { deps, changed } = teamOf(of);
    await call(deps, as(role));
    expect(changed).toHaveLength(1);
  });
});
