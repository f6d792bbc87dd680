import { type Member, putMember, putTeam, type Team } from '../accounts/account-items.ts';
import { entity, ofPassword } from '../accounts/entity.ts';
import { removeTeamItems } from '../accounts/remove-team-items.ts';
import { MediaError } from '../domain/errors.ts';
import { readShards } from '../library/total-shards.ts';
import { countersIn, countsOf } from '../library/totals.ts';
import { makeWithin, oneLess } from '../table/bounded-count.ts';
import { madeTeamsKey, rankedKey, shardKey, teamKey, teamsOfKey, totalsKey } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';
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

const ATTEMPTS = 8;

/** Removes one of a team's totals, unless it changed since it was read. What holds nothing gets something only by a change of these. */
const removedAsRead = (Key: Key, changes: unknown): TransactItem => ({
  Delete: {
    Key,
    ...(changes === undefined
      ? { ConditionExpression: 'attribute_not_exists(changes)' }
      : { ConditionExpression: 'changes = :changes', ExpressionAttributeValues: { ':changes': changes } }),
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
    const { teamId } = owner;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const items = await readShards(table, totalsKey(teamId));
      const { records, committed } = countersIn(items);
      if (records !== 0 || committed !== 0) return 'refused';
      const totals = [
        [totalsKey(teamId), items.first] as const,
        ...[...items.shards].map(([shard, item]) => [shardKey(totalsKey(teamId), shard), item] as const),
      ];
      const failed = await table.transact([
        ...totals.map(([Key, { changes }]) => removedAsRead(Key, changes)),
        ...leave(owner),
        oneLess(teamsOfKey(owner.userId)),
      ]);
      if (failed.length === 0) return 'done';
      // A change of the totals alone may have left nothing either.
      if (failed.some((position) => position >= totals.length)) return 'refused';
    }
    throw new MediaError('BUSY', 'The totals of this team keep changing', { retryAfter: 1 });
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
