import { describe, expect, it } from '@jest/globals';
import { MOST_MEMBERS } from '../../../functions/domain/team-rules.ts';
import type { Invitation } from '../../../functions/teams/invitation-store.ts';
import { createInvitation } from '../../../functions/teams/invitations.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

/** A team with so many members, and its open invitations. */
const teamOf = (members: number) => {
  const open: Invitation[] = [];
  const principal = aPrincipal({ role: 'owner' });
  const since = '2026-01-01T00:00:00.000Z';
  const invite = createInvitation({
    accounts: {
      personByEmail: async () => undefined,
      standing: async () => ({ role: 'owner', since }),
    },
    teams: {
      invitation: async () => undefined,
      invite: async (invitation) => {
        open.push(invitation);
        return true;
      },
      invitations: async () => [...open],
      members: async () =>
        Array.from({ length: members }, (_, index) => ({
          teamId: principal.teamId,
          userId: `user-${index}`,
          email: `${index}@x.example`,
          role: 'viewer' as const,
          createdAt: since,
        })),
      withdraw: async (_, id) => {
        const at = open.findIndex((each) => each.id === id);
        if (at >= 0) open.splice(at, 1);
        return at >= 0;
      },
    },
    attempts: { take: async () => undefined },
    mail: undefined,
    newId: () => crypto.randomUUID(),
    clock: () => new Date('2026-01-02T00:00:00Z'),
  });
  const ask = (email: string) =>
    invite({ input: { id: principal.teamId, email, role: 'viewer', language: 'en' }, principal });
  return { open, ask };
};

const FULL = { code: 'CONFLICT', message: expect.stringContaining('members') };

describe('a team', () => {
  it('has no more members and open invitations together than one answer lists', async () => {
    const { open, ask } = teamOf(MOST_MEMBERS - 2);
    await ask('one@x.example');
    await ask('two@x.example');
    await expect(ask('three@x.example')).rejects.toMatchObject(FULL);
    expect(open.map(({ email }) => email)).toEqual(['one@x.example', 'two@x.example']);
  });

  it('has no more of them when many are invited at once', async () => {
    const { open, ask } = teamOf(MOST_MEMBERS - 5);
    const asked = Array.from({ length: 20 }, (_, index) => ask(`${index}@x.example`));
    const refused = (await Promise.allSettled(asked)).flatMap((each) => (each.status === 'rejected' ? [each] : []));
    for (const { reason } of refused) expect(reason).toMatchObject(FULL);
    expect(open.length).toBeLessThanOrEqual(5);
  });
});
