import type { AccountStore, Person, Team, User } from '../accounts/account-store.ts';
import type { Attempts } from '../accounts/attempt-store.ts';
import type { DeviceTokens } from '../accounts/device-tokens.ts';
import { type LoggedIn, type OpenSessionDeps, openSession } from '../accounts/open-session.ts';
import { countersOfSignIn, type LimitAttempts } from '../accounts/password-attempts.ts';
import { refuseCommonPassword } from '../accounts/password-rules.ts';
import { hashPassword, NOBODYS_PASSWORD, verifyPassword } from '../accounts/passwords.ts';
import type { ResetStore } from '../accounts/reset-store.ts';
import { hashSecret } from '../accounts/tokens.ts';
import type { OpenCall } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { Role } from '../domain/scopes.ts';
import { loginEnded, MOST_TEAMS, requireLogin, requireNoGuest, tooManyTeams } from '../domain/team-rules.ts';
import type { Accepting, Invitation } from './invitation-store.ts';
import type { TeamStore } from './team-store.ts';

export interface AcceptInvitation {
  readonly token: string;
  readonly password?: string | undefined;
  readonly address: string;
  readonly device: string | undefined;
}

export interface Joined {
  readonly team: Team;
  readonly role: Role;
  /** Absent for a person who was logged in. */
  readonly login?: LoggedIn;
}

export interface AcceptInvitationDeps extends OpenSessionDeps {
  readonly accounts: Pick<AccountStore, 'person' | 'team' | 'personByEmail' | 'putSession'>;
  readonly resets: Pick<ResetStore, 'proveAddress'>;
  readonly teams: Pick<TeamStore, 'invitation' | 'accept'>;
  readonly devices: DeviceTokens;
  readonly limited: LimitAttempts;
  readonly attempts: Pick<Attempts, 'take'>;
}

/**
 * Each account can make teams, and those teams can invite accounts. So accepting an invitation without a login, into a team
 * that no operator made, is counted by the inviting person and by the accepting address.
 */
const ACCEPTED_BY_PASSWORD = { most: 20, seconds: 3600 } as const;

/**
 * Accepts an invitation. A person who is logged in with its address joins; another proves the password of that address, or
 * chooses one when no account has it yet, and is logged in.
 */
export const acceptInvitation =
  (deps: AcceptInvitationDeps) =>
  async ({ input, principal }: OpenCall<AcceptInvitation>): Promise<Joined> => {
    const invitation = await deps.teams.invitation(hashSecret(input.token));
    if (!invitation || Date.parse(invitation.expiresAt) <= deps.clock().getTime()) throw notFound('Invitation');
    const team = await deps.accounts.team(invitation.teamId);
    if (!team) throw notFound('Invitation');
    const { role } = invitation;
    if (principal) {
      const user = await invitedUser(principal, invitation, deps);
      await join(invitation, input, { user, by: { passwordVersion: principal.credential.passwordVersion } }, deps);
      return { team, role };
    }
    return { team, role, login: await joinByPassword(invitation, team, input, deps) };
  };

const invitedUser = async (
  principal: Principal,
  { email }: Invitation,
  { accounts }: AcceptInvitationDeps,
): Promise<User> => {
  requireLogin(principal);
  requireNoGuest(principal);
  const person = await accounts.person(principal.userId);
  if (person?.user.email !== email) throw new MediaError('FORBIDDEN', 'This invitation is for another e-mail address');
  refuseOneMore(person);
  return person.user;
};

const refuseOneMore = ({ teams }: Person): void => {
  if (teams.length >= MOST_TEAMS) throw tooManyTeams();
};

const joinByPassword = async (
  invitation: Invitation,
  team: Team,
  input: AcceptInvitation,
  deps: AcceptInvitationDeps,
): Promise<LoggedIn> => {
  const { password } = input;
  if (password === undefined) {
    const fields = [{ code: 'invalid_type', expected: 'string', path: ['password'], message: 'Required' }];
    throw new MediaError('VALIDATION', 'Invalid request body', { fields });
  }
  // Before the account is looked up: otherwise this refusal reveals which addresses have no account yet.
  refuseCommonPassword(password, invitation.email, 'password');
  if (team.madeBy !== undefined) await countAccepted(invitation, input, deps);
  const known = await deps.accounts.personByEmail(invitation.email);
  if (known) {
    const deviceId = await deps.devices.deviceOf(input.device, known.user);
    const counters = countersOfSignIn({ email: invitation.email, address: input.address, deviceId });
    const right = await deps.limited(counters, () =>
      verifyPassword(password, known.user.passwordHash ?? NOBODYS_PASSWORD),
    );
    if (!right) throw new MediaError('UNAUTHORIZED', 'Invalid email or password');
    refuseOneMore(known);
  }
  const user = known?.user ?? (await newcomer(invitation, password, deps));
  const by: Accepting = known ? { passwordVersion: known.user.passwordVersion } : { newcomer: user };
  await join(invitation, input, { user, by }, deps);
  const membership = { teamId: invitation.teamId, role: invitation.role };
  const person: Person = { user, teams: [...(known?.teams ?? []), membership] };
  return openSession(person, deps);
};

const countAccepted = async (
  { invitedBy }: Invitation,
  { address }: AcceptInvitation,
  { attempts, clock }: AcceptInvitationDeps,
): Promise<void> => {
  for (const subject of [`invited-by#${invitedBy}`, `invited-at#${address}`]) {
    const wait = await attempts.take(subject, ACCEPTED_BY_PASSWORD, clock());
    if (wait !== undefined) throw new MediaError('RATE_LIMITED', 'Too many invitations', { retryAfter: wait });
  }
};

const newcomer = async (
  { teamId, email }: Invitation,
  password: string,
  { newId, clock }: AcceptInvitationDeps,
): Promise<User> => ({
  id: newId(),
  email,
  passwordHash: await hashPassword(password),
  passwordVersion: 0,
  defaultTeamId: teamId,
  guestUntil: null,
  createdAt: clock().toISOString(),
});

const join = async (
  invitation: Invitation,
  { token }: AcceptInvitation,
  { user, by }: { readonly user: User; readonly by: Accepting },
  { teams, resets, clock }: AcceptInvitationDeps,
): Promise<void> => {
  const { teamId, role } = invitation;
  const member = { teamId, userId: user.id, email: user.email, role, createdAt: clock().toISOString() };
  const outcome = await teams.accept(invitation, hashSecret(token), member, by);
  if (outcome === 'ended') throw notFound('Invitation');
  if (outcome === 'gone') throw loginEnded();
  if (outcome === 'full') throw tooManyTeams();
  if (outcome === 'taken')
    throw new MediaError('CONFLICT', 'The invitation was used a moment ago, or you are a member already');
  if (invitation.byMail) await resets.proveAddress(user.id, clock().toISOString());
};
