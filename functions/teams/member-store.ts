import type { Member } from '../accounts/account-store.ts';
import { entity } from '../accounts/entity.ts';
import type { Role } from '../domain/scopes.ts';
import { MOST_TEAMS } from '../domain/team-rules.ts';
import { countItems } from '../library/count-items.ts';
import { type Bound, oneLess } from '../table/bounded-count.ts';
import { memberKey, membershipKey, teamKey, teamsOfKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** The result of a change to a member: `changed` when another call was faster, `last owner` when the team would have none. */
export type MemberChange = 'done' | 'changed' | 'last owner';

/**
 * A team counts its owners, and the count changes in the transaction that adds or removes one: under any concurrency one owner
 * remains.
 */
export const ownersUpdate = (
  teamId: string,
  before: Role | undefined,
  after: Role | undefined,
): readonly TransactItem[] => {
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

/** The teams of a person, made and joined. */
export const teamsOf = (table: Table, userId: string): Bound => ({
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

/** Everything of one sort beside a team. */
export const besideTeam = async <T>(table: Table, teamId: string, prefix: string): Promise<readonly T[]> => {
  const items = await allItems(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': teamKey(teamId).pk, ':first': prefix, ':last': `${prefix}\uffff` },
    ConsistentRead: true,
  });
  return items.flatMap((item) => entity<T>(item) ?? []);
};

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

/** Removes a membership that still has the role that was read. */
export const leave = (member: Member): readonly TransactItem[] =>
  placesOf(member).map((Key) => ({
    Delete: {
      Key,
      ConditionExpression: '#role = :before',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':before': member.role },
    },
  }));

/** The members of teams in DynamoDB. */
export const dynamoMembers = (table: Table) => ({
  members: (teamId: string) => besideTeam<Member>(table, teamId, 'MEMBER#'),
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
        ...leave(member),
        ...ownersUpdate(member.teamId, member.role, undefined),
        oneLess(teamsOfKey(member.userId)),
      ]),
    ),
});
