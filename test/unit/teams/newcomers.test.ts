import { describe, expect, it } from '@jest/globals';
import type { Team } from '../../../functions/accounts/account-store.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import { type AcceptInvitationDeps, acceptInvitation } from '../../../functions/teams/accept-invitation.ts';
import { createTeam } from '../../../functions/teams/teams.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const NOW = new Date('2026-01-01T12:00:00Z');

/** The first person's team, or one that the person who invites has made; every attempt of a subject is counted. */
const accepting = (team: Partial<Team>, before: readonly (readonly [string, number])[] = []) => {
  const taken = new Map(before);
  let made = 0;
  const accept = acceptInvitation({
    accounts: {
      team: async (id: string) => ({ id, name: 'T', createdAt: NOW.toISOString(), ...team }),
      personByEmail: async () => undefined,
      putSession: async () => {},
    },
    teams: {
      invitation: async (hash: string) => ({
        ...{ id: hash, teamId: 'team', email: `${hash.slice(0, 8)}@x.example`, role: 'viewer', invitedBy: 'inviter' },
        ...{ createdAt: NOW.toISOString(), expiresAt: '2030-01-01T00:00:00Z' },
      }),
      accept: async () => {
        made += 1;
        return 'joined';
      },
    },
    attempts: {
      take: async (subject: string, { most }: { most: number }) => {
        taken.set(subject, (taken.get(subject) ?? 0) + 1);
        return (taken.get(subject) ?? 0) > most ? 60 : undefined;
      },
    },
    tokens: { sign: async () => 'token' },
    devices: { deviceOf: async () => undefined, sign: async () => 'device' },
    newId: () => crypto.randomUUID(),
    clock: () => NOW,
  } as unknown as AcceptInvitationDeps);
  return {
    made: () => made,
    subjects: () => [...taken.keys()],
    by: (address: string) =>
      accept({
        input: { token: crypto.randomUUID(), password: 'a password that is long enough', address, device: undefined },
      } as never).then(
        () => 'joined',
        (error: unknown) => {
          if (error instanceof MediaError) return error.code;
          throw error;
        },
      ),
  };
};
describe('accounts that come by invitations of a team that no operator made', () => {
  it.each([
    ['of one person who invites', 'invited-by#inviter'],
    ['from one address', 'invited-at#10.0.0.1'],
  ])('are twenty an hour %s', async (_, subject) => {
    const { by, made } = accepting({ madeBy: 'inviter' }, [[subject, 19]]);
    expect([await by('10.0.0.1'), await by('10.0.0.1')]).toEqual(['joined', 'RATE_LIMITED']);
    expect(made()).toBe(1);
  });

  it('are not counted where an operator made the team', async () => {
    const { by, subjects } = accepting({});
    expect([await by('10.0.0.1'), subjects()]).toEqual(['joined', []]);
  });
});

describe('a team of a person', () => {
  const making = (teamsPerPerson: number, outcome: 'made' | 'enough') =>
    createTeam({
      accounts: {
        person: async () => ({ user: { id: 'user', email: 'a@x.example' }, teams: [] }) as never,
        team: async () => undefined,
      },
      teams: { create: async () => outcome, rename: async () => undefined },
      settings: { teamsPerPerson },
      newId: () => 'new',
      clock: () => NOW,
    })({ input: { name: 'T' }, principal: aPrincipal() });

  it('notes who made it', async () => expect(await making(1, 'made')).toMatchObject({ madeBy: 'user' }));
  it('is refused beyond as many as the settings say', async () =>
    await expect(making(1, 'enough')).rejects.toMatchObject({ code: 'CONFLICT' }));
  it('is refused where operators make all teams', async () =>
    await expect(making(0, 'made')).rejects.toMatchObject({ code: 'FORBIDDEN' }));
});
