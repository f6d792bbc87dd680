import { keysChannel, userChannel } from '../domain/channels.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { connectionKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Connection, Subscription } from './connection.ts';
import { dynamoConnectionChannels } from './connection-channels.ts';
import { dynamoConnectionCount } from './connection-count.ts';
import { connectionOf, holderOf, keptUntil, placeOf } from './connection-items.ts';
import { dynamoEndedConnections } from './ended-connections.ts';
import { countedPlaces, dynamoPlaceCounter } from './place-counter.ts';
import { dynamoSubscribers, isOver } from './subscriber-store.ts';

/** API Gateway closes a connection after two hours. */
export const LONGEST_MILLISECONDS = 2 * 3_600_000;
/**
 * A connection answers 410 until its `$connect` has returned, which takes up to 29 seconds. A younger one may not be open yet,
 * and deleting it would leave its client connected without events.
 */
export const HANDSHAKE_MILLISECONDS = 30_000;

/** Concurrent writes of one call to different items. */
const WRITES_AT_ONCE = 32;

/** Under what all guests of one address are counted together, beside each of them by the id of a user. */
export const guestsAt = (address: string): string => `guests#${address}`;

/** The parts of the store, each with its own items. */
const storesOf = (table: Table) => {
  const ended = dynamoEndedConnections(table);
  const counted = dynamoConnectionCount(table);
  const places = dynamoPlaceCounter(table, counted.recount);
  const channels = dynamoConnectionChannels(table, places);
  return { table, ended, counted, places, channels, subscribers: dynamoSubscribers(table, ended) };
};
type Stores = ReturnType<typeof storesOf>;

/** Opens and finds connections. */
const connectionItems = ({ table, subscribers }: Stores) => ({
  /** Opens a connection that listens to these channels. */
  open: async (connection: Omit<Connection, 'channels'>, channels: readonly string[] = []): Promise<void> => {
    const listening = channels.length > 0 ? { channels: new Set(channels) } : {};
    const opened = { ...connectionKey(connection.id), ...connection, ...listening, ttl: keptUntil() };
    const items = [opened, ...channels.map((channel) => placeOf(connection, channel))];
    await table.transact(items.map((Item) => ({ Put: { Item } })));
  },
  /** The connection, while its time is not over. */
  get: async (id: string): Promise<Connection | undefined> => {
    const item = await table.get(connectionKey(id));
    return item && !isOver(item) ? connectionOf(item) : undefined;
  },
  /** All open connections of a person in a team, those of their keys included, with any subscriptions. */
  ofUser: async (teamId: string, userId: string): Promise<readonly Connection[]> => {
    const places = await Promise.all(
      [userChannel(userId), keysChannel(userId)].map((name) => subscribers.all(teamId, name)),
    );
    const found = await table.batchGet(places.flat().map((item) => connectionKey(String(item.connectionId))));
    return found.map(connectionOf);
  },
});

/** Deletes connections. */
const connectionRemoval = ({ table, ended, counted, places, channels: { leave } }: Stores) => {
  /**
   * Deletes a connection and all its subscriptions. Answers its owner and the rooms that it left. The first write ends it, so
   * no channel is added after that.
   */
  const forget = async (id: string) => {
    const over = await table.update({
      Key: connectionKey(id),
      UpdateExpression: 'SET endsAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': Date.now() },
      ReturnValues: 'ALL_NEW',
    });
    if (!over?.Attributes) return undefined;
    const connection = connectionOf(over.Attributes);
    const { teamId, userId, channels = [] } = connection;
    const left: string[] = [];
    await forEachConcurrently(WRITES_AT_ONCE, channels, async (channel) => {
      if (await leave({ id, teamId, channel })) left.push(channel);
    });
    // The connection is last: a retry after a fault finds the remaining subscriptions by it.
    const Key = connectionKey(id);
    const failed = await table.transact([{ Delete: { Key, ConditionExpression: 'attribute_exists(pk)' } }]);
    await Promise.all([
      // Of several calls that forget it, one gives its places back.
      failed.length > 0 ? undefined : places.discount(holderOf(connection), countedPlaces(connection, channels).length),
      counted.discount(holderOf(connection).id, [id]),
      connection.guest && connection.address ? counted.discount(guestsAt(connection.address), [id]) : undefined,
      over.Attributes.accessEnded ? ended.remove(teamId, userId, [id]) : undefined,
    ]);
    return { connection, rooms: left };
  };

  return {
    forget,
    /** Deletes a connection that answered 410, unless it may still be opening. */
    forgetGone: async ({ id, teamId, channel }: Subscription, now: Date) => {
      const connection = await table.get(connectionKey(id));
      // A subscription that was added while its connection was being deleted.
      if (!connection) {
        await leave({ id, teamId, channel });
        return undefined;
      }
      const isOpening = now.getTime() - Date.parse(String(connection.connectedAt)) < HANDSHAKE_MILLISECONDS;
      return isOpening ? undefined : forget(id);
    },
  };
};

/** Connections and their subscriptions. */
export const dynamoConnections = (table: Table) => {
  const stores = storesOf(table);
  const { ended, counted, subscribers } = stores;
  const { note, subscribe, unsubscribe, isSubscribed } = stores.channels;
  return {
    ...connectionItems(stores),
    ...connectionRemoval(stores),
    ...{ note, subscribe, unsubscribe, isSubscribed },
    count: counted.count,
    recount: counted.recount,
    subscribers: subscribers.page,
    /** Marks connections of a person in a team as over. */
    endAll: ended.endAll,
    /** The ids of connections in a team whose access has ended and that are not forgotten yet. */
    endedIn: ended.of,
  };
};

export type ConnectionStore = ReturnType<typeof dynamoConnections>;
/** The deleted items of a connection. */
export type Forgotten = Awaited<ReturnType<ConnectionStore['forget']>>;
