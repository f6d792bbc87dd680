import { roomOf } from '../domain/channels.ts';
import { connectionKey, joiningKey, subscriberKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { type Connection, MOST_CHANNELS, type Subscription } from './connection.ts';
import { holderOf, placeOf } from './connection-items.ts';
import { countedPlaces, type dynamoPlaceCounter, type Noted } from './place-counter.ts';
import { dynamoRooms } from './room-store.ts';
import { isOver } from './subscriber-store.ts';

type Places = ReturnType<typeof dynamoPlaceCounter>;

/** Whether an open connection has stored the channel. */
const hears = async (table: Table, id: string, channel: string): Promise<boolean> => {
  const item = await table.get(connectionKey(id));
  return item !== undefined && !isOver(item) && (item.channels as Set<string> | undefined)?.has(channel) === true;
};

/** The connection stores the channel first: the call that deletes the connection then finds every subscription of it. */
const noteChannel = async (table: Table, places: Places, connection: Connection, channel: string): Promise<Noted> => {
  const { id } = connection;
  const holder = holderOf(connection);
  const counts = countedPlaces(connection, [channel]).length;
  // A repeat takes no further place, and is answered as the first was, with all places taken as well.
  if (counts > 0 && !(await places.count(holder))) return (await hears(table, id, channel)) ? 'noted' : 'crowded';
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

/** The channels of connections. Each is noted at its connection and at the channel, and in a room among the members. */
export const dynamoConnectionChannels = (table: Table, places: Places) => {
  const rooms = dynamoRooms(table);
  const note = (connection: Connection, channel: string) => noteChannel(table, places, connection, channel);

  const leave = async ({ id, teamId, channel }: Subscription): Promise<boolean> => {
    await table.remove(joiningKey(teamId, channel, id));
    const room = roomOf(channel);
    if (room !== undefined) return rooms.leave(teamId, room, id);
    await table.remove(subscriberKey(teamId, channel, id));
    return false;
  };

  return {
    note,
    /** Removes a subscription, of which the connection still has a note. True when it left a room. */
    leave,
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
  };
};
