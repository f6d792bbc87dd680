import { type Member, putMember, putTeam, putUser, type Team, type User } from '../accounts/account-store.ts';
import { entity, epochSeconds, ofPassword, putNew } from '../accounts/entity.ts';
import { removeTeamItems } from '../accounts/remove-team-items.ts';
import type { Role } from '../domain/scopes.ts';
import { MOST_TEAMS, managersOf, type SetUp } from '../domain/team-rules.ts';
import { countItems } from '../library/count-items.ts';
import { countsOf } from '../library/totals.ts';
import { type Bound, makeWithin, oneLess } from '../table/bounded-count.ts';
import {
  invitationKey,
  madeTeamsKey,
  memberKey,
  membershipKey,
  rankedKey,
  teamInvitationKey,
  teamKey,
  teamsOfKey,
  totalsKey,
  userKey,
} from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** A membership that a person can still accept. */
export interface Invitation extends SetUp {
  readonly id: string;
  readonly teamId: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly expiresAt: string;
}

/** The result of a change to a member: `changed` when another call was faster, `last owner` when the team would have none. */
export type MemberChange = 'done' | 'changed' | 'last owner';

/**
 * A team counts its owners, and the count changes in the transaction that adds or removes one: under any concurrency one owner
 * remains.
 */
const ownersUpdate = (teamId: string, before: Role | undefined, after: Role | undefined): readonly TransactItem[] => {
  const by = Number(after === 'owner') - Number(before === 'owner');
  if (by === 0) return [];
  return [
    {
      Update: {
        Key: teamKey(teamId),
        UpdateExpression: 'SET owners = owners + :by',
        ConditionExpression: by > 0 ? 'attribute_exists(pk)' : 'owners > :one',
        ExpressionAttributeValues: by > 0 ? { ':by': by } : { ':by': by, ':one': 1 },
      },
    },
  ];
};

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

/** The teams of a person, made and joined. */
const teamsOf = (table: Table, userId: string): Bound => ({
  key: teamsOfKey(userId),
  most: MOST_TEAMS,
  count: () =>
    countItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': membershipKey(userId, '').pk,
        ':first': 'MEMBER#',
        ':last': 'MEMBER#\uffff',
      },
      ConsistentRead: true,
    }),
});

/** The items of the count, the team and the two of the membership come before the check of the login. */
const PUT_TEAM_ITEMS = 4;

/** Counts a team for its maker, once and for all. */
const oneMoreMade = (userId: string, most: number): TransactItem => ({
  Update: {
    Key: madeTeamsKey(userId),
    UpdateExpression: 'ADD made :one',
    ConditionExpression: 'attribute_not_exists(made) OR made < :most',
    ExpressionAttributeValues: { ':one': 1, ':most': most },
  },
});

/** Membership items come first in each transaction, the count of owners after them. */
const MEMBER_ITEMS = 2;
const changeOf = (failed: readonly number[]): MemberChange => {
  if (failed.length === 0) return 'done';
  return failed.some((position) => position < MEMBER_ITEMS) ? 'changed' : 'last owner';
};

const placesOf = ({ teamId, userId }: Pick<Member, 'teamId' | 'userId'>) => [
  memberKey(teamId, userId),
  membershipKey(userId, teamId),
];

/** Teams, their members and invitations in DynamoDB. */
export const dynamoTeams = (table: Table) => {
  /** Everything of one sort beside a team. */
  const beside = async <T>(teamId: string, prefix: string): Promise<readonly T[]> => {
    const items = await allItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': teamKey(teamId).pk, ':first': prefix, ':last': `${prefix}\uffff` },
      ConsistentRead: true,
    });
    return items.flatMap((item) => entity<T>(item) ?? []);
  };

  return {
    /**
     * Makes a team of a person who may make `mostMade`. `full` when they are in as many teams as allowed, `enough` when they
     * have made as many as allowed, though they have left some since: each has its own quota. `ended` when their password has
     * another version by now.
     */
    create: async (
      team: Team,
      owner: Member,
      mostMade: number,
      passwordVersion?: number,
    ): Promise<'made' | 'full' | 'enough' | 'ended'> => {
      const held = ofPassword(owner.userId, passwordVersion);
      const failed = await makeWithin(table, teamsOf(table, owner.userId), [
        oneMoreMade(owner.userId, mostMade),
        putTeam(team),
        ...putMember(owner),
        ...held,
      ]);
      if (failed === 'full') return 'full';
      if (failed.includes(0)) return 'enough';
      if (held.length > 0 && failed.includes(PUT_TEAM_ITEMS)) return 'ended';
      if (failed.length > 0) throw new Error(`team id ${team.id} is taken`);
      return 'made';
    },

    rename: async (teamId: string, name: string): Promise<Team | undefined> => {
      const answer = await table.update({
        Key: teamKey(teamId),
        UpdateExpression: 'SET #name = :name',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':name': name },
        ReturnValues: 'ALL_NEW',
      });
      return entity<Team>(answer?.Attributes);
    },

    members: (teamId: string) => beside<Member>(teamId, 'MEMBER#'),
    member: async (teamId: string, userId: string): Promise<Member | undefined> =>
      entity<Member>(await table.get(memberKey(teamId, userId))),

    changeRole: async (member: Member, role: Role): Promise<MemberChange> =>
      changeOf(
        await table.transact([
          ...placesOf(member).map((Key) => ({
            Update: {
              Key,
              UpdateExpression: 'SET #role = :after',
              ConditionExpression: '#role = :before',
              ExpressionAttributeNames: { '#role': 'role' },
              ExpressionAttributeValues: { ':before': member.role, ':after': role },
            },
          })),
          ...ownersUpdate(member.teamId, member.role, role),
        ]),
      ),

    /**
     * Begins a membership anew, in the same role: earlier items of the member end as if they had left and come back. False when
     * it has ended or begun anew meanwhile.
     */
    beginAnew: async (member: Member, at: string): Promise<boolean> => {
      const failed = await table.transact(
        placesOf(member).map((Key) => ({
          Update: {
            Key,
            UpdateExpression: 'SET createdAt = :at',
            ConditionExpression: 'createdAt = :before',
            ExpressionAttributeValues: { ':at': at, ':before': member.createdAt },
          },
        })),
      );
      return failed.length === 0;
    },

    remove: async (member: Member): Promise<MemberChange> =>
      changeOf(
        await table.transact([
          ...placesOf(member).map((Key) => ({
            Delete: {
              Key,
              ConditionExpression: '#role = :before',
              ExpressionAttributeNames: { '#role': 'role' },
              ExpressionAttributeValues: { ':before': member.role },
            },
          })),
          ...ownersUpdate(member.teamId, member.role, undefined),
          oneLess(teamsOfKey(member.userId)),
        ]),
      ),

    /** Ends the membership of the last owner of a team that holds nothing: no record in any state, no promise to an upload. */
    dissolve: async (owner: Member): Promise<'done' | 'refused'> => {
      const failed = await table.transact([
        {
          Delete: {
            Key: totalsKey(owner.teamId),
            ConditionExpression:
              '(attribute_not_exists(#records) OR #records = :none) AND (attribute_not_exists(committed) OR committed = :none)',
            ExpressionAttributeNames: { '#records': 'records' },
            ExpressionAttributeValues: { ':none': 0 },
          },
        },
        ...placesOf(owner).map((Key) => ({
          Delete: {
            Key,
            ConditionExpression: '#role = :before',
            ExpressionAttributeNames: { '#role': 'role' },
            ExpressionAttributeValues: { ':before': owner.role },
          },
        })),
        oneLess(teamsOfKey(owner.userId)),
      ]);
      return failed.length === 0 ? 'done' : 'refused';
    },

    /** Whether the ranks of a team count records. They follow the library a moment later, and would begin anew for one that is gone. */
    isIndexed: async (teamId: string): Promise<boolean> =>
      countsOf((await table.get(rankedKey(teamId))) ?? {}).active.all > 0,

    /** Removes what is left of a team without members, and then the team. */
    removeRest: async (teamId: string, userId: string): Promise<void> => {
      await removeTeamItems(table, teamId, userId);
      await table.remove(teamKey(teamId));
    },

    /** False when the password of the person who invites is not of this version any more. */
    invite: async (invitation: Invitation, hash: string, passwordVersion?: number): Promise<boolean> => {
      const ttl = epochSeconds(invitation.expiresAt);
      const items = [
        putNew({ ...invitationKey(hash), ...invitation, ttl }),
        putNew({ ...teamInvitationKey(invitation.teamId, invitation.id), ...invitation, hash, ttl }),
      ];
      const failed = await table.transact([...items, ...ofPassword(invitation.invitedBy, passwordVersion)]);
      if (failed.some((position) => position < items.length))
        throw new Error(`invitation id ${invitation.id} is taken`);
      return failed.length === 0;
    },

    invitations: (teamId: string) => beside<Invitation>(teamId, 'INVITATION#'),
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
        { Delete: { Key: teamInvitationKey(invitation.teamId, invitation.id) } },
        ...('newcomer' in person ? putUser(person.newcomer) : isStill(member.userId, person.passwordVersion)),
        ...putMember(member),
        ...ownersUpdate(member.teamId, undefined, member.role),
      ]);
      if (failed === 'full') return 'full';
      if (failed.includes(0)) return 'ended';
      if (!('newcomer' in person) && failed.includes(INVITATION_ITEMS)) return 'gone';
      return failed.length === 0 ? 'joined' : 'taken';
    },
  };
};

export type TeamStore = ReturnType<typeof dynamoTeams>;
