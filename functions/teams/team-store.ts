import { type Member, putMember, putTeam, type Team } from '../accounts/account-items.ts';
import { entity, ofPassword } from '../accounts/entity.ts';
import { removeTeamItems } from '../accounts/remove-team-items.ts';
import { countsOf } from '../library/totals.ts';
import { makeWithin, oneLess } from '../table/bounded-count.ts';
import { madeTeamsKey, rankedKey, teamKey, teamsOfKey, totalsKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { dynamoInvitations } from './invitation-store.ts';
import { dynamoMembers, leave, teamsOf } from './member-store.ts';

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

/** Teams, their members and invitations in DynamoDB. */
export const dynamoTeams = (table: Table) => ({
  ...dynamoMembers(table),
  ...dynamoInvitations(table),

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
      ...leave(owner),
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
});

export type TeamStore = ReturnType<typeof dynamoTeams>;
