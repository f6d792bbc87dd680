import type { AccountStore } from '../accounts/account-store.ts';
import { foldEmail } from '../accounts/emails.ts';
import { stillHeld } from '../accounts/still-held.ts';
import { hashSecret, newSecret } from '../accounts/tokens.ts';
import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Role } from '../domain/scopes.ts';
import { loginEnded, mayManage, requireManager, requireNoGuest } from '../domain/team-rules.ts';
import type { Invitation } from './invitation-store.ts';
import type { TeamStore } from './team-store.ts';

export interface InvitationDeps {
  readonly accounts: Pick<AccountStore, 'personByEmail' | 'standing'>;
  readonly teams: Pick<TeamStore, 'invite' | 'invitations' | 'withdraw'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface IssuedInvitation {
  readonly invitation: Invitation;
  /** Shown only once, to the inviting person, who passes it on. */
  readonly token: string;
}

const DAYS = 7;
const MOST_OPEN = 100;

/** Invites an e-mail address into a team, in a role that the caller may give. */
export const createInvitation =
  ({ accounts, teams, newId, clock }: InvitationDeps) =>
  async ({ input, principal }: Call<{ id: string; email: string; role: Role }>): Promise<IssuedInvitation> => {
    requireManager(principal, input.id, input.role);
    requireNoGuest(principal);
    const email = foldEmail(input.email);
    const known = await accounts.personByEmail(email);
    if (known?.teams.some(({ teamId }) => teamId === input.id)) {
      throw new MediaError('CONFLICT', `${email} is a member already`);
    }
    const now = clock();
    const standing = await accounts.standing(input.id, principal.userId);
    if (!standing) throw notFound('Team');
    const countOpen = async () => (await openInvitations(input.id, { accounts, teams }, now)).length;
    const tooMany = `A team has at most ${MOST_OPEN} open invitations`;
    if ((await countOpen()) >= MOST_OPEN) throw new MediaError('CONFLICT', tooMany);
    const token = newSecret();
    const invitation: Invitation = {
      id: newId(),
      teamId: input.id,
      email,
      role: input.role,
      invitedBy: principal.userId,
      createdAt: now.toISOString(),
      memberSince: standing.since,
      expiresAt: new Date(now.getTime() + DAYS * 24 * 3_600_000).toISOString(),
    };
    const { passwordVersion } = principal.credential;
    if (!(await teams.invite(invitation, hashSecret(token), passwordVersion))) throw loginEnded();
    // Counted again after it was made: concurrent calls may all have seen room.
    if ((await countOpen()) > MOST_OPEN) {
      await teams.withdraw(input.id, invitation.id);
      throw new MediaError('CONFLICT', tooMany);
    }
    return { invitation, token };
  };

/** The invitations of a team that can still be accepted. */
export const listInvitations =
  ({ clock, ...deps }: Pick<InvitationDeps, 'accounts' | 'teams' | 'clock'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<readonly Invitation[]> => {
    requireManager(principal, input.id);
    return openInvitations(input.id, deps, clock());
  };

/** Withdraws an invitation; only owners can withdraw an owner's. */
export const withdrawInvitation =
  ({ teams }: Pick<InvitationDeps, 'teams'>) =>
  async ({ input, principal }: Call<{ teamId: string; invitationId: string }>): Promise<void> => {
    requireManager(principal, input.teamId);
    const invitation = (await teams.invitations(input.teamId)).find(({ id }) => id === input.invitationId);
    if (invitation) requireManager(principal, input.teamId, invitation.role);
    if (!(await teams.withdraw(input.teamId, input.invitationId))) throw notFound('Invitation');
  };

/** Those that have not expired, and whose maker may still give their role. */
const openInvitations = async (
  teamId: string,
  { accounts, teams }: Pick<InvitationDeps, 'accounts' | 'teams'>,
  now: Date,
): Promise<readonly Invitation[]> => {
  const inTime = (await teams.invitations(teamId)).filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
  const rule = {
    madeBy: ({ invitedBy }: Invitation) => invitedBy,
    may: (role: Role, invitation: Invitation) => mayManage(role, invitation.role),
  };
  return stillHeld(teamId, inTime, rule, accounts);
};
