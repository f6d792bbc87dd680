import * as z from 'zod/mini';
import type { AccountStore, Person } from '../accounts/account-store.ts';
import { Email, foldEmail } from '../accounts/emails.ts';
import { refuseCommonPassword } from '../accounts/password-rules.ts';
import { hashPassword, Password } from '../accounts/passwords.ts';
import type { Clock } from '../domain/ports.ts';
import { endKeys, endSetUp } from './end-set-up.ts';
import { type RemoveTeamDeps, removeTeam } from './remove-team.ts';
import type { TeamStore } from './team-store.ts';

/** The commands of an operator, by the e-mail address of the person. */
export const ManagePeople = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('reset-password'), email: Email, password: Password }),
  z.strictObject({ action: z.literal('remove-user'), email: Email }),
  z.strictObject({
    action: z.literal('remove-team'),
    email: Email,
    teamId: z.string().check(z.minLength(1), z.maxLength(100)),
  }),
]);

export interface ManagedPerson {
  readonly userId: string;
  /** Keys that ended. */
  readonly keys: number;
  /** Teams that the person has left; none when the password was reset. */
  readonly teams: readonly string[];
}

export interface ManagePeopleDeps {
  readonly accounts: Pick<
    AccountStore,
    'personByEmail' | 'resetPassword' | 'removeUser' | 'apiKeys' | 'revokeApiKey' | 'person' | 'team'
  >;
  readonly teams: Pick<TeamStore, 'member' | 'members' | 'remove' | 'beginAnew'> & RemoveTeamDeps['teams'];
  readonly clock: Clock;
}

/**
 * Gives an address back to its person: the first to accept an invitation for it chose the password, and no mail has verified
 * it. Operators call it; no route does. After a failure, another call continues.
 */
export const managePeople =
  (deps: ManagePeopleDeps) =>
  async (request: z.infer<typeof ManagePeople>): Promise<ManagedPerson> => {
    const email = foldEmail(request.email);
    const person = await deps.accounts.personByEmail(email);
    if (!person) throw new Error(`there is no user with the e-mail address ${email}`);
    if (request.action === 'reset-password') return resetPassword(person, request.password, deps);
    return request.action === 'remove-team' ? removeTeam(person, request.teamId, deps) : removeUser(person, deps);
  };

/**
 * A new password. All logins, devices and keys of the person end, and with them their connections. The teams stay, and each
 * membership begins anew, which ends invitations, webhooks and uploads of a former holder of the address.
 */
const resetPassword = async ({ user }: Person, password: string, deps: ManagePeopleDeps) => {
  refuseCommonPassword(password, user.email, 'password');
  if (!(await deps.accounts.resetPassword(user, await hashPassword(password)))) throw changed();
  return { userId: user.id, keys: await endSetUp(user.id, deps), teams: [] };
};

/** The user leaves all teams and is removed, which frees the address. The stored files stay with the teams. */
const removeUser = async ({ user, teams }: Person, deps: ManagePeopleDeps) => {
  const left = teams.map(({ teamId }) => teamId);
  const owned = teams.filter(({ role }) => role === 'owner');
  for (const { teamId } of owned) await refuseLastOwner(teamId, deps);
  // While the user is in the teams, the next call finds the rest.
  const keys = await endKeys({ user, teams }, deps);
  for (const teamId of left) {
    const member = await deps.teams.member(teamId, user.id);
    const change = member ? await deps.teams.remove(member) : 'done';
    if (change === 'last owner') await refuseLastOwner(teamId, deps);
    if (change !== 'done') throw changed();
  }
  if (!(await deps.accounts.removeUser(user))) throw changed();
  return { userId: user.id, keys, teams: left };
};

const refuseLastOwner = async (teamId: string, { accounts, teams }: ManagePeopleDeps): Promise<void> => {
  const owners = (await teams.members(teamId)).filter(({ role }) => role === 'owner');
  if (owners.length > 1) return;
  const name = (await accounts.team(teamId))?.name ?? teamId;
  throw new Error(`the user is the last owner of the team "${name}": make another owner first, or reset the password`);
};

const changed = (): Error => new Error('the user was changed by another call a moment ago; try again');
