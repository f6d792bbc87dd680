import { type Member, putMember, putUser, type User } from '../accounts/account-items.ts';
import { entity, epochSeconds, ofPassword, putNew } from '../accounts/entity.ts';
import type { Role } from '../domain/scopes.ts';
import { managersOf, type SetUp } from '../domain/team-rules.ts';
import { makeWithin } from '../table/bounded-count.ts';
import { invitationKey, memberKey, teamInvitationKey, userKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { besideTeam, ownersUpdate, teamsOf } from './member-store.ts';

/** A membership that a person can still accept. */
export interface Invitation extends SetUp {
  readonly id: string;
  readonly teamId: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly expiresAt: string;
  /** Set by the token that was mailed: who has it has read a mail to the address. */
  readonly byMail?: true;
}

/**
 * The result of accepting an invitation: `ended` when its maker may not invite in this role any more, `full` when the person is
 * in as many teams as allowed, `gone` when the person was removed, or their password has another version by now.
 */
export type Acceptance = 'joined' | 'ended' | 'taken' | 'full' | 'gone';

/** The person who accepts: a new one, or a known one by the version of the password that was proved. */
export type Accepting = { readonly newcomer: User } | { readonly passwordVersion: number | undefined };

/** Without it, a person who is removed meanwhile, or whose login has ended, would be a member of the team. */
const isStill = (userId: string, passwordVersion: number | undefined): readonly TransactItem[] => {
  const held = ofPassword(userId, passwordVersion);
  if (held.length > 0) return held;
  return [{ ConditionCheck: { Key: userKey(userId), ConditionExpression: 'attribute_exists(pk)' } }];
};

/** The items of the invitation come before those of the person. */
const INVITATION_ITEMS = 3;

/**
 * An invitation is valid if its maker may give its role at the moment of acceptance: they are in the team, in the membership in
 * which they invited, and in a role that may still give this one.
 */
const makerStillMay = ({ teamId, invitedBy, role, memberSince, createdAt }: Invitation): TransactItem => {
  const roles = managersOf(role);
  return {
    ConditionCheck: {
      Key: memberKey(teamId, invitedBy),
      ConditionExpression: `#role IN (${roles.map((_, index) => `:role${index}`).join(', ')}) AND createdAt ${memberSince === undefined ? '<=' : '='} :since`,
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: {
        ...Object.fromEntries(roles.map((each, index) => [`:role${index}`, each])),
        ':since': memberSince ?? createdAt,
      },
    },
  };
};

/** Invitations to teams in DynamoDB. */
export const dynamoInvitations = (table: Table) => ({
  /** False when the password of the person who invites is not of this version any more. */
  invite: async (invitation: Invitation, hash: string, passwordVersion?: number): Promise<boolean> => {
    const ttl = epochSeconds(invitation.expiresAt);
    const items = [
      putNew({ ...invitationKey(hash), ...invitation, ttl }),
      putNew({ ...teamInvitationKey(invitation.teamId, invitation.id), ...invitation, hash, ttl }),
    ];
    const failed = await table.transact([...items, ...ofPassword(invitation.invitedBy, passwordVersion)]);
    if (failed.some((position) => position < items.length)) throw new Error(`invitation id ${invitation.id} is taken`);
    return failed.length === 0;
  },

  /** Adds the token that is mailed. False when the invitation was accepted, withdrawn, or has expired. */
  addMailedToken: async (invitation: Invitation, hash: string): Promise<boolean> => {
    const { teamId, id, expiresAt } = invitation;
    const failed = await table.transact([
      putNew({ ...invitationKey(hash), ...invitation, byMail: true, ttl: epochSeconds(expiresAt) }),
      { ConditionCheck: { Key: teamInvitationKey(teamId, id), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    return failed.length === 0;
  },

  invitationOf: async (teamId: string, id: string): Promise<Invitation | undefined> => {
    const found = entity<Invitation & { hash: string }>(await table.get(teamInvitationKey(teamId, id)));
    if (!found) return undefined;
    const { hash: _, ...invitation } = found;
    return invitation;
  },

  invitations: (teamId: string) => besideTeam<Invitation>(table, teamId, 'INVITATION#'),
  invitation: async (hash: string): Promise<Invitation | undefined> =>
    entity<Invitation>(await table.get(invitationKey(hash))),

  /** False when the team has no such invitation. */
  withdraw: async (teamId: string, id: string): Promise<boolean> => {
    const item = await table.get(teamInvitationKey(teamId, id));
    if (!item) return false;
    await table.transact([
      { Delete: { Key: invitationKey(String(item.hash)) } },
      { Delete: { Key: teamInvitationKey(teamId, id) } },
    ]);
    return true;
  },

  /** Uses an invitation up; a newcomer is created in the same step. `taken` when it was used, or the membership exists. */
  accept: async (invitation: Invitation, hash: string, member: Member, person: Accepting): Promise<Acceptance> => {
    // The inviting person is a member, and so cannot be the one who joins: a transaction does not accept the same item twice.
    if (invitation.invitedBy === member.userId) return 'ended';
    const failed = await makeWithin(table, teamsOf(table, member.userId), [
      makerStillMay(invitation),
      { Delete: { Key: invitationKey(hash), ConditionExpression: 'attribute_exists(pk)' } },
      // An invitation has two tokens once it was mailed; either uses up both.
      {
        Delete: {
          Key: teamInvitationKey(invitation.teamId, invitation.id),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
      ...('newcomer' in person ? putUser(person.newcomer) : isStill(member.userId, person.passwordVersion)),
      ...putMember(member),
      ...ownersUpdate(member.teamId, undefined, member.role),
    ]);
    if (failed === 'full') return 'full';
    // It was withdrawn, or accepted by its other token, and this token is left.
    if (failed.includes(0) || (failed.includes(2) && !failed.includes(1))) return 'ended';
    if (!('newcomer' in person) && failed.includes(INVITATION_ITEMS)) return 'gone';
    return failed.length === 0 ? 'joined' : 'taken';
  },
});
