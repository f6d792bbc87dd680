import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { connectionKey, endedConnectionsKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';

/** As long as the longest remaining connection. */
const KEPT_SECONDS = 3 * 3600;
/** Connections that are marked at once. */
const MARKS_AT_ONCE = 32;

/**
 * Connections whose access has ended and which still have subscriptions. They are listed by team, in one write for all
 * connections of a person, so each sender of events excludes them from that moment on, for any number of subscriptions. The
 * call that deletes a connection removes it from the list; after a fault the `ttl` does.
 */
export const dynamoEndedConnections = (table: Table) => {
  const add = async (teamId: string, userId: string, ids: readonly string[]): Promise<void> => {
    await table.update({
      Key: endedConnectionsKey(teamId, userId),
      UpdateExpression: 'ADD ids :ids SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':ids': new Set(ids), ':ttl': Math.floor(Date.now() / 1000) + KEPT_SECONDS },
    });
  };

  const remove = async (teamId: string, userId: string, ids: readonly string[]): Promise<void> => {
    await table.update({
      Key: endedConnectionsKey(teamId, userId),
      UpdateExpression: 'DELETE ids :ids',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':ids': new Set(ids) },
    });
  };

  /** False when the connection is gone, or is being deleted by a call that does not know of the list. */
  const mark = async (id: string): Promise<boolean> =>
    (await table.update({
      Key: connectionKey(id),
      UpdateExpression: 'SET endsAt = :now, accessEnded = :true',
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_not_exists(endsAt) OR endsAt > :now OR accessEnded = :true)',
      ExpressionAttributeValues: { ':now': Date.now(), ':true': true },
    })) !== undefined;

  return {
    remove,

    /**
     * Marks connections of a person in a team as ended, concurrently: they are sent nothing more and their messages are
     * refused, in all channels. They are counted until they are deleted.
     */
    endAll: async (teamId: string, userId: string, ids: readonly string[]): Promise<void> => {
      if (ids.length === 0) return;
      await add(teamId, userId, ids);
      const gone: string[] = [];
      await forEachConcurrently(MARKS_AT_ONCE, ids, async (id) => {
        if (!(await mark(id))) gone.push(id);
      });
      if (gone.length > 0) await remove(teamId, userId, gone);
    },

    /** The ids of all ended connections of a team. */
    of: async (teamId: string): Promise<ReadonlySet<string>> => {
      const notes = await allItems(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': endedConnectionsKey(teamId, '').pk },
        ConsistentRead: true,
      });
      return new Set(notes.flatMap(({ ids }) => [...((ids as Set<string> | undefined) ?? [])]));
    },
  };
};

export type EndedConnections = ReturnType<typeof dynamoEndedConnections>;
