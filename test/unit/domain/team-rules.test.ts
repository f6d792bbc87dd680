import { describe, expect, it } from '@jest/globals';
import { ROLES, type Role } from '../../../functions/domain/scopes.ts';
import {
  mayManage,
  membershipIn,
  requireLogin,
  requireManager,
  requireNoGuest,
} from '../../../functions/domain/team-rules.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

describe('managing the people of a team', () => {
  const managed = (actor: Role): readonly Role[] => ROLES.filter((role) => mayManage(actor, role));

  it('is for owners, and for admins where no owner is concerned', () => {
    expect(managed('owner')).toEqual(['owner', 'admin', 'editor', 'viewer']);
    expect(managed('admin')).toEqual(['admin', 'editor', 'viewer']);
    expect(managed('editor')).toEqual([]);
    expect(managed('viewer')).toEqual([]);
  });

  it('takes both sides of a change: an admin makes no person an owner, and no owner anything else', () => {
    expect(mayManage('admin', 'editor', 'owner')).toBe(false);
    expect(mayManage('admin', 'owner', 'viewer')).toBe(false);
    expect(mayManage('owner', 'owner', 'viewer')).toBe(true);
  });

  it('needs a login, whatever the role of the maker of the key', () => {
    const key = aPrincipal({ credential: { kind: 'api-key', id: 'k' } });
    expect(() => requireManager(key, 'team')).toThrow('a login is required');
    expect(() => requireLogin(key)).toThrow('a login is required');
    expect(() => requireLogin(aPrincipal())).not.toThrow();
  });

  it('says which role it takes, and does not find the teams of others', () => {
    expect(() => requireManager(aPrincipal({ role: 'admin' }), 'team', 'owner')).toThrow('owner role required');
    expect(() => requireManager(aPrincipal({ role: 'editor' }), 'team')).toThrow('owner or admin role required');
    expect(() => requireManager(aPrincipal(), 'another')).toThrow('Team not found');
    expect(membershipIn(aPrincipal({ role: 'viewer' }), 'team')).toEqual({ teamId: 'team', role: 'viewer' });
  });

  it('is nothing for guests, who own a team all the same', () => {
    expect(() => requireNoGuest(aPrincipal({ guest: true }))).toThrow('guests may not do this');
    expect(() => requireNoGuest(aPrincipal())).not.toThrow();
  });
});
