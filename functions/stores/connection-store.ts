import { channelPk, connectionKey, subscriberKey } from './keys.ts';
import type { Table } from './table.ts';

/** An open WebSocket connection and whose it is. */
export interface Connection {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly connectedAt: string;
}

/** One connection's place in one channel of its team. */
export interface Subscription extends Pick<Connection, 'id' | 'teamId'> {
  readonly channel: string;
}

/** API Gateway closes a connection after two hours; what is left of it an hour later is nobody's. */
const KEPT_SECONDS = 3 * 3600;

/**
 * A connection answers 410 until its `$connect` has returned, which takes up to 29 seconds. One that is younger than this
 * may not be open yet, and forgetting it would leave its client connected and deaf.
 */
const HANDSHAKE_MILLISECONDS = 30_000;

/** Connections and what they listen to. */
export const dynamoConnections = (table: Table) => {
  const ttl = (): number => Math.floor(Date.now() / 1000) + KEPT_SECONDS;

  /** Forgets a connection and all its subscriptions. */
  const forget = async (id: string): Promise<void> => {
    const item = await table.get(connectionKey(id));
    if (!item) return;
    const channels = [...((item.channels as Set<string> | undefined) ?? [])];
    await Promise.all(channels.map((channel) => table.remove(subscriberKey(item.teamId, channel, id))));
    await table.remove(connectionKey(id));
  };

  return {
    open: async (connection: Connection): Promise<void> => {
      await table.put({ Item: { ...connectionKey(connection.id), ...connection, ttl: ttl() } });
    },
    get: async (id: string): Promise<Connection | undefined> => {
      const item = await table.get(connectionKey(id));
      return item && { id, teamId: item.teamId, userId: item.userId, connectedAt: item.connectedAt };
    },
    subscribe: async ({ id, teamId }: Connection, channel: string): Promise<void> => {
      // The connection learns of the channel first: whoever forgets a connection then finds every subscription of it.
      const known = await table.update({
        Key: connectionKey(id),
        UpdateExpression: 'ADD channels :channel',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':channel': new Set([channel]) },
      });
      if (!known) return;
      await table.put({ Item: { ...subscriberKey(teamId, channel, id), connectionId: id, ttl: ttl() } });
    },
    unsubscribe: async ({ id, teamId }: Connection, channel: string): Promise<void> => {
      await table.remove(subscriberKey(teamId, channel, id));
      await table.update({
        Key: connectionKey(id),
        UpdateExpression: 'DELETE channels :channel',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':channel': new Set([channel]) },
      });
    },
    /** One page of those who listen to a channel. */
    subscribers: async (teamId: string, channel: string, after?: Record<string, unknown>) => {
      const { Items = [], LastEvaluatedKey } = await table.query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': channelPk(teamId, channel),
          ':first': 'SUBSCRIBER#',
          ':last': 'SUBSCRIBER#\uffff',
        },
        ConsistentRead: true,
        ExclusiveStartKey: after,
      });
      return { ids: Items.map((item) => String(item.connectionId)), next: LastEvaluatedKey };
    },
    forget,
    /** Forgets a connection that a send found gone, unless it may still be opening. */
    forgetGone: async ({ id, teamId, channel }: Subscription, now: Date): Promise<void> => {
      const connection = await table.get(connectionKey(id));
      // A subscription that came while its connection was being forgotten.
      if (!connection) return table.remove(subscriberKey(teamId, channel, id));
      if (now.getTime() - Date.parse(connection.connectedAt) >= HANDSHAKE_MILLISECONDS) await forget(id);
    },
  };
};

export type ConnectionStore = ReturnType<typeof dynamoConnections>;
