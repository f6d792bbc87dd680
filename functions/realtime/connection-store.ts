import { keysChannel, roomOf, userChannel } from '../domain/channels.ts';
import { type CountedFor, countedFor } from '../domain/counted-for.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { connectionKey, connectionsKey, joiningKey, subscriberKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { type Connection, MOST_CHANNELS, type Subscription } from './connection.ts';
import { dynamoEndedConnections } from './ended-connections.ts';
import { countedPlaces, dynamoPlaceCounter, type Noted } from './place-counter.ts';
import { dynamoRooms } from './room-store.ts';
import { dynamoSubscribers, isOver } from './subscriber-store.ts';

/** API Gateway closes a connection after two hours. */
export const LONGEST_MILLISECONDS = 2 * 3_600_000;
/** Its `ttl` removes the rest an hour later. */
const KEPT_SECONDS = 3 * 3600;

/**
 * A connection answers 410 until its `$connect` has returned, which takes up to 29 seconds. A younger one may not be open yet,
 * and deleting it would leave its client connected without events.
 */
export const HANDSHAKE_MILLISECONDS = 30_000;

/** Concurrent writes of one call to different items. */
const WRITES_AT_ONCE = 32;

/** For whom a connection and its places are counted. */
const holderOf = ({ userId, credentialKind }: Pick<Connection, 'userId' | 'credentialKind'>): CountedFor =>
  countedFor(userId, { kind: credentialKind });

/** Under what all guests of one address are counted together, beside each of them by the id of a user. */
export const guestsAt = (address: string): string => `guests#${address}`;

const keptUntil = (): number => Math.floor(Date.now() / 1000) + KEPT_SECONDS;

/** Connections and their subscriptions. */
export const dynamoConnections = (table: Table) => {
  const rooms = dynamoRooms(table);
  const ended = dynamoEndedConnections(table);
  const subscribers = dynamoSubscribers(table, ended);

  const connectionOf = (item: Record<string, unknown>): Connection => {
    const { id, teamId, userId, connectedAt, scopes, endsAt } = item as unknown as Connection;
    const { credentialId, credentialKind, guest, address } = item as unknown as Connection;
    const channels = [...((item.channels as Set<string> | undefined) ?? [])];
    const by = { credentialId, credentialKind, guest, address };
    return { id, teamId, userId, connectedAt, scopes, ...by, endsAt, channels };
  };

  const leave = async ({ id, teamId, channel }: Subscription): Promise<boolean> => {
    await table.remove(joiningKey(teamId, channel, id));
    const room = roomOf(channel);
    if (room !== undefined) return rooms.leave(teamId, room, id);
    await table.remove(subscriberKey(teamId, channel, id));
    return false;
  };

  const discount = async (userId: string, ids: readonly string[]): Promise<void> => {
    await table.update({
      Key: connectionsKey(userId),
      UpdateExpression: 'DELETE ids :ids',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':ids': new Set(ids) },
    });
  };

  /**
   * The counted connections of a user that exist. One that was deleted but is still counted, because a function crashed between
   * the two, counts no more.
   */
  const recount = async (userId: string): Promise<readonly Connection[]> => {
    const counted = [...(((await table.get(connectionsKey(userId)))?.ids as Set<string> | undefined) ?? [])];
    const found = (await table.batchGet(counted.map(connectionKey), { consistent: true })).map(connectionOf);
    const known = new Set(found.map(({ id }) => id));
    const lost = counted.filter((id) => !known.has(id));
    if (lost.length > 0) await discount(userId, lost);
    return found;
  };

  const places = dynamoPlaceCounter(table, recount);

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
      discount(holderOf(connection).id, [id]),
      connection.guest && connection.address ? discount(guestsAt(connection.address), [id]) : undefined,
      over.Attributes.accessEnded ? ended.remove(teamId, userId, [id]) : undefined,
    ]);
    return { connection, rooms: left };
  };

  const placeOf = ({ id, teamId, userId, endsAt }: Omit<Connection, 'channels'>, channel: string) => ({
    ...subscriberKey(teamId, channel, id),
    connectionId: id,
    userId,
    endsAt,
    ttl: keptUntil(),
  });

  const hears = async (id: string, channel: string): Promise<boolean> => {
    const item = await table.get(connectionKey(id));
    return item !== undefined && !isOver(item) && (item.channels as Set<string> | undefined)?.has(channel) === true;
  };

  /** The connection stores the channel first: the call that deletes the connection then finds every subscription of it. */
  const note = async (connection: Connection, channel: string): Promise<Noted> => {
    const { id } = connection;
    const holder = holderOf(connection);
    const counts = countedPlaces(connection, [channel]).length;
    // A repeat takes no further place, and is answered as the first was, with all places taken as well.
    if (counts > 0 && !(await places.count(holder))) return (await hears(id, channel)) ? 'noted' : 'crowded';
    const known = await table.update({
      Key: connectionKey(id),
      UpdateExpression: 'ADD channels :channel',
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_not_exists(endsAt) OR endsAt > :now) AND (attribute_not_exists(channels) OR size(channels) < :most OR contains(channels, :name))',
      ExpressionAttributeValues: {
        ...{ ':channel': new Set([channel]), ':name': channel },
        ...{ ':most': MOST_CHANNELS, ':now': Date.now() },
      },
      ReturnValues: 'ALL_OLD',
    });
    const before = known?.Attributes?.channels as Set<string> | undefined;
    if (!known || before?.has(channel)) await places.discount(holder, counts);
    if (known) return 'noted';
    const item = await table.get(connectionKey(id));
    return item && !isOver(item) ? 'full' : 'gone';
  };

  return {
    note,
    /** Opens a connection that listens to these channels. */
    open: async (connection: Omit<Connection, 'channels'>, channels: readonly string[] = []): Promise<void> => {
      const listening = channels.length > 0 ? { channels: new Set(channels) } : {};
      const opened = { ...connectionKey(connection.id), ...connection, ...listening, ttl: keptUntil() };
      const items = [opened, ...channels.map((channel) => placeOf(connection, channel))];
      await table.transact(items.map((Item) => ({ Put: { Item } })));
    },
    /**
     * Counts a connection, once it is opened, among those of its user, of the keys of one, or of all guests of an address. False when that would be more than `most`, however
     * many come at once.
     */
    count: async ({ id, userId }: Pick<Connection, 'id' | 'userId'>, most: number): Promise<boolean> =>
      (await table.update({
        Key: connectionsKey(userId),
        UpdateExpression: 'ADD ids :id SET #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(ids) OR size(ids) < :most OR contains(ids, :name)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':id': new Set([id]), ':name': id, ':most': most, ':ttl': keptUntil() },
      })) !== undefined,

    recount,

    /** The connection, while its time is not over. */
    get: async (id: string): Promise<Connection | undefined> => {
      const item = await table.get(connectionKey(id));
      return item && !isOver(item) ? connectionOf(item) : undefined;
    },
    subscribe: async (connection: Connection, channel: string): Promise<Noted> => {
      const outcome = await note(connection, channel);
      if (outcome === 'noted') await table.put({ Item: placeOf(connection, channel) });
      return outcome;
    },
    /** True when it left a room. */
    unsubscribe: async (connection: Connection, channel: string): Promise<boolean> => {
      const { id, teamId } = connection;
      const left = await leave({ id, teamId, channel });
      const known = await table.update({
        Key: connectionKey(id),
        UpdateExpression: 'DELETE channels :channel',
        ConditionExpression: 'contains(channels, :name)',
        ExpressionAttributeValues: { ':channel': new Set([channel]), ':name': channel },
      });
      if (known) await places.discount(holderOf(connection), countedPlaces(connection, [channel]).length);
      return left;
    },
    isSubscribed: async ({ id, teamId, channel }: Subscription): Promise<boolean> =>
      (await table.get(subscriberKey(teamId, channel, id))) !== undefined,
    subscribers: subscribers.page,
    /** All open connections of a person in a team, those of their keys included, with any subscriptions. */
    ofUser: async (teamId: string, userId: string): Promise<readonly Connection[]> => {
      const places = await Promise.all(
        [userChannel(userId), keysChannel(userId)].map((name) => subscribers.all(teamId, name)),
      );
      const found = await table.batchGet(places.flat().map((item) => connectionKey(String(item.connectionId))));
      return found.map(connectionOf);
    },
    /** Marks connections of a person in a team as over. */
    endAll: ended.endAll,
    /** The ids of connections in a team whose access has ended and that are not forgotten yet. */
    endedIn: ended.of,
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

export type ConnectionStore = ReturnType<typeof dynamoConnections>;
/** The deleted items of a connection. */
export type Forgotten = Awaited<ReturnType<ConnectionStore['forget']>>;
