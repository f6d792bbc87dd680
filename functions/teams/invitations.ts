import type { AccountStore } from '../accounts/account-store.ts';
import type { Attempts } from '../accounts/attempt-store.ts';
import { foldEmail } from '../accounts/emails.ts';
import { stillHeld } from '../accounts/still-held.ts';
import { hashSecret, newSecret } from '../accounts/tokens.ts';
import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import { isMailable, type MailLanguage, type MailQueue } from '../domain/mail.ts';
import type { Clock } from '../domain/ports.ts';
import type { Role } from '../domain/scopes.ts';
import { loginEnded, MOST_MEMBERS, mayManage, requireManager, requireNoGuest } from '../domain/team-rules.ts';
import type { Invitation } from './invitation-store.ts';
import type { TeamStore } from './team-store.ts';

export interface InvitationDeps {
  readonly accounts: Pick<AccountStore, 'personByEmail' | 'standing'>;
  readonly teams: Pick<TeamStore, 'invite' | 'invitation' | 'invitations' | 'members' | 'withdraw'>;
  readonly attempts: Pick<Attempts, 'take'>;
  /** Undefined in a stack that sends no mail. */
  readonly mail: MailQueue | undefined;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface CreateInvitation {
  /** The id of the team. */
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly language: MailLanguage;
}

export interface IssuedInvitation {
  readonly invitation: Invitation;
  /** Shown only once, to the inviting person, who passes it on. */
  readonly token: string;
  /** Whether a mail to the address was queued. */
  readonly mailed: boolean;
}

const DAYS = 7;
const MOST_OPEN = 100;

const HOUR = 3600;
/** Mails are sent in the name of the operator; beyond these numbers the inviting person passes the address on. */
const MAILS = {
  toAddress: { most: 5, seconds: 24 * HOUR },
  byPerson: { most: 30, seconds: HOUR },
  ofTeam: { most: 200, seconds: 24 * HOUR },
} as const;

/** Invites an e-mail address into a team, in a role that the caller may give. */
export const createInvitation =
  (deps: InvitationDeps) =>
  async ({ input, principal, keyed }: Call<CreateInvitation>): Promise<IssuedInvitation> => {
    const { accounts, teams, newId, clock } = deps;
    requireManager(principal, input.id, input.role);
    requireNoGuest(principal);
    const id = idsOf({ keyed }, newId)();
    const token = newSecret(keyed);
    const before = await madeBefore({ keyed }, () => teams.invitation(hashSecret(token)));
    if (before) return { invitation: before, token, mailed: await queueMail(before, input.language, deps) };
    const email = foldEmail(input.email);
    const known = await accounts.personByEmail(email);
    if (known?.teams.some(({ teamId }) => teamId === input.id)) {
      throw new MediaError('CONFLICT', `${email} is a member already`);
    }
    const now = clock();
    const standing = await accounts.standing(input.id, principal.userId);
    if (!standing) throw notFound('Team');
    const full = await refusalOfMore(input.id, { accounts, teams }, now);
    if (full) throw full;
    const invitation: Invitation = {
      id,
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
    const over = await refusalOfMore(input.id, { accounts, teams }, now, 1);
    if (over) {
      await teams.withdraw(input.id, invitation.id);
      throw over;
    }
    return { invitation, token, mailed: await queueMail(invitation, input.language, deps) };
  };

/** The refusal of one invitation more, of which `made` are there already; undefined while the team has room for it. */
const refusalOfMore = async (
  teamId: string,
  deps: Pick<InvitationDeps, 'accounts'> & { readonly teams: Pick<TeamStore, 'invitations' | 'members'> },
  now: Date,
  made = 0,
): Promise<MediaError | undefined> => {
  const open = (await openInvitations(teamId, deps, now)).length - made;
  if (open >= MOST_OPEN) return new MediaError('CONFLICT', `A team has at most ${MOST_OPEN} open invitations`);
  const members = (await deps.teams.members(teamId)).length;
  if (open + members < MOST_MEMBERS) return undefined;
  return new MediaError('CONFLICT', `A team has at most ${MOST_MEMBERS} members, open invitations included`);
};

/** Queues the mail to an invited person, if mail is sent and there is room for one more. */
const queueMail = async (
  { id, teamId, email, invitedBy, createdAt }: Invitation,
  language: MailLanguage,
  { mail, attempts, clock }: InvitationDeps,
): Promise<boolean> => {
  if (!mail || !isMailable(email)) return false;
  const counters = [
    [`mail-to#${hashSecret(email)}`, MAILS.toAddress],
    [`mail-by#${invitedBy}`, MAILS.byPerson],
    [`mail-of#${teamId}`, MAILS.ofTeam],
  ] as const;
  for (const [subject, allowance] of counters) {
    if ((await attempts.take(subject, allowance, clock())) !== undefined) return false;
  }
  // One mail of an invitation: a repeated call queues it again, and it is sent once.
  await mail.add({ kind: 'invitation', id, teamId, invitationId: id, language, at: createdAt });
  return true;
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
  { accounts, teams }: Pick<InvitationDeps, 'accounts'> & { readonly teams: Pick<TeamStore, 'invitations'> },
  now: Date,
): Promise<readonly Invitation[]> => {
  const inTime = (await teams.invitations(teamId)).filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
  const rule = {
    madeBy: ({ invitedBy }: Invitation) => invitedBy,
    may: (role: Role, invitation: Invitation) => mayManage(role, invitation.role),
  };
  return stillHeld(teamId, inTime, rule, accounts);
};
