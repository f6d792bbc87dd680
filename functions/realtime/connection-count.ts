import { connectionKey, connectionsKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Connection } from './connection.ts';
import { connectionOf, keptUntil } from './connection-items.ts';

/** The connections of a user, of the keys of one, or of all guests of an address: each set of ids is an item. */
export const dynamoConnectionCount = (table: Table) => {
  const discount = async (userId: string, ids: readonly string[]): Promise<void> => {
    await table.update({
      Key: connectionsKey(userId),
      UpdateExpression: 'DELETE ids :ids',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':ids': new Set(ids) },
    });
  };

  return {
    /**
     * Counts a connection, once it is opened, among those of its user, of the keys of one, or of all guests of an address.
     * False when that would be more than `most`, however many come at once.
     */
    count: async ({ id, userId }: Pick<Connection, 'id' | 'userId'>, most: number): Promise<boolean> =>
      (await table.update({
        Key: connectionsKey(userId),
        UpdateExpression: 'ADD ids :id SET #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(ids) OR size(ids) < :most OR contains(ids, :name)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':id': new Set([id]), ':name': id, ':most': most, ':ttl': keptUntil() },
      })) !== undefined,

    /** The connections are counted no more. */
    discount,

    /**
     * The counted connections of a user that exist. One that was deleted but is still counted, because a function crashed between
     * the two, counts no more.
     */
    recount: async (userId: string): Promise<readonly Connection[]> => {
      const counted = [...(((await table.get(connectionsKey(userId)))?.ids as Set<string> | undefined) ?? [])];
      const found = (await table.batchGet(counted.map(connectionKey), { consistent: true })).map(connectionOf);
      const known = new Set(found.map(({ id }) => id));
      const lost = counted.filter((id) => !known.has(id));
      if (lost.length > 0) await discount(userId, lost);
      return found;
    },
  };
};
