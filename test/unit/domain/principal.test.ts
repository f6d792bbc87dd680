import { describe, expect, it } from '@jest/globals';
import { admitTo, type Principal, scopesIn, teamsWith } from '../../../functions/domain/principal.ts';
import { scopesOfRole } from '../../../functions/domain/scopes.ts';

const person: Principal = {
  userId: 'u',
  teamId: 'mine',
  role: 'owner',
  scopes: scopesOfRole('owner'),
  teams: [
    { teamId: 'mine', role: 'owner' },
    { teamId: 'theirs', role: 'viewer' },
  ],
  needs: 'media:delete',
  credential: { kind: 'session', id: 's' },
};

describe('a person in several teams', () => {
  it('may do in each what their role there allows', () => {
    expect(scopesIn(person, 'mine')).toEqual(scopesOfRole('owner'));
    expect(scopesIn(person, 'theirs')).toEqual(new Set(['media:read']));
    expect(scopesIn(person, 'foreign')).toEqual(new Set());
    expect(teamsWith(person, 'media:read')).toEqual(['mine', 'theirs']);
    expect(teamsWith(person, 'media:delete')).toEqual(['mine']);
  });

  it('is held to the role in the team of what was found, not to a better one elsewhere', () => {
    expect(() => admitTo(person, 'mine')).not.toThrow();
    expect(() => admitTo(person, 'theirs')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', scope: 'media:delete' }),
    );
    expect(() => admitTo(person, 'foreign')).toThrow('Media not found');
  });
});
