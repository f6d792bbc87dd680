import type { Role } from '../domain/scopes.ts';
import type { MembershipStatus } from '../domain/team-rules.ts';
import { emailKey, madeTeamsKey, memberKey, teamKey, teamsOfKey, userKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Member, Person, Team, User } from './account-items.ts';
import { entity } from './entity.ts';

/** People and their teams in DynamoDB. */
export const dynamoPeople = (table: Table) => {
  const person = async (userId: string): Promise<Person | undefined> => {
    const { pk, sk: last } = userKey(userId);
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': 'MEMBER#', ':last': last },
      ConsistentRead: true,
    });
    const user = entity<User>(Items.find(({ sk }) => sk === last));
    const teams = Items.filter(({ sk }) => sk !== last).map(({ teamId, role }) => ({ teamId, role }));
    return user && { user, teams };
  };

  return {
    /** A user with all memberships, in one read: their items share a partition. */
    person,
    personByEmail: async (email: string): Promise<Person | undefined> => {
      const address = await table.get(emailKey(email));
      // Always two reads, so that an unknown address takes as long as a known one.
      return person(address ? String(address.userId) : 'unknown');
    },
    user: async (id: string): Promise<User | undefined> => entity<User>(await table.get(userKey(id))),
    team: async (id: string): Promise<Team | undefined> => entity<Team>(await table.get(teamKey(id))),
    /** The role of a user in a team, or undefined for a person who is no member (any more). */
    role: async (teamId: string, userId: string): Promise<Role | undefined> =>
      (await table.get(memberKey(teamId, userId)))?.role as Role | undefined,
    /** The place of a user in a team, or undefined for a person who is no member (any more). */
    standing: async (teamId: string, userId: string): Promise<MembershipStatus | undefined> => {
      const member = entity<Member>(await table.get(memberKey(teamId, userId)));
      return member && { role: member.role, since: member.createdAt };
    },

    /**
     * Removes a user who is in no team any more, and frees the address. False when they are in one: each membership changes the
     * count of their teams in the transaction that begins it, so the count is the same only if none has begun since.
     */
    removeUser: async ({ id, email }: User): Promise<boolean> => {
      const changes = (await table.get(teamsOfKey(id)))?.changes;
      const now = await person(id);
      if (now && now.teams.length > 0) return false;
      const keys = [...(email === null ? [] : [emailKey(email)]), madeTeamsKey(id), userKey(id)];
      const unchanged = {
        ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
        ExpressionAttributeNames: { '#changes': 'changes' },
        ...(changes === undefined ? {} : { ExpressionAttributeValues: { ':changes': changes } }),
      };
      const failed = await table.transact([
        { Delete: { Key: teamsOfKey(id), ...unchanged } },
        ...keys.map((Key) => ({ Delete: { Key } })),
      ]);
      return failed.length === 0;
    },
  };
};
