import { privateRoom, roomChannel } from '../domain/channels.ts';
import { channelPk, roomKey, sequenceKey, subscriberKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';
import type { Connection } from './connection.ts';
import { dynamoEndedConnections } from './ended-connections.ts';
import type { Subscriber } from './subscriber-store.ts';

/** A room: a channel that connections join, removed when the last one has left. */
export interface Room {
  /** Its displayed name; several private rooms and an open one may have the same. */
  readonly name: string;
  readonly private: boolean;
  readonly createdBy: string;
  readonly invited: readonly string[];
  /** When it was made, and so when those in `invited` were. Empty in rooms from before this was noted. */
  readonly createdAt: string;
  /** Connections in it. */
  readonly members: number;
  /** The last `seq` of an earlier room of this name, whose events this room does not show. */
  readonly born: number;
}

/** As long as the longest connection, in case the leaving of the last one is never noticed. */
const KEPT_SECONDS = 3 * 3600;
const keptUntil = (): number => Math.floor(Date.now() / 1000) + KEPT_SECONDS;

/** The internal name of a room, which is unique. */
export const keyOfRoom = ({
  name,
  private: isPrivate,
  createdBy,
}: Pick<Room, 'name' | 'private' | 'createdBy'>): string => (isPrivate ? privateRoom(name, createdBy) : name);

const roomIn = (item: Record<string, unknown> | undefined): Room | undefined => {
  if (!item) return undefined;
  const { name, private: isPrivate, createdBy, invited, createdAt = '', members, born } = item as unknown as Room;
  return { name, private: isPrivate, createdBy, invited, createdAt, members, born };
};

const placeOf = (connection: Connection, room: string) => ({
  ...subscriberKey(connection.teamId, roomChannel(room), connection.id),
  connectionId: connection.id,
  userId: connection.userId,
  endsAt: connection.endsAt,
  ttl: keptUntil(),
});

/** Shows rooms and their members. */
const roomViews = (table: Table) => {
  const ended = dynamoEndedConnections(table);
  return {
    get: async (teamId: string, key: string): Promise<Room | undefined> =>
      roomIn(await table.get(roomKey(teamId, key))),

    /** All rooms that are called so: the private ones, then the open one. */
    named: async (teamId: string, name: string): Promise<readonly Room[]> => {
      const { pk, sk } = roomKey(teamId, privateRoom(name, ''));
      const [{ Items = [] }, open] = await Promise.all([
        table.query({
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': pk, ':first': sk, ':last': `${sk}\uffff` },
          ConsistentRead: true,
        }),
        table.get(roomKey(teamId, name)),
      ]);
      return [...Items, open].flatMap((item) => roomIn(item) ?? []);
    },

    list: async (teamId: string): Promise<readonly Room[]> => {
      const items = await allItems(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': roomKey(teamId, '').pk },
        ConsistentRead: true,
      });
      return items.flatMap((item) => roomIn(item) ?? []);
    },

    members: async (teamId: string, name: string, most: number): Promise<readonly Subscriber[]> => {
      const query = table.query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': channelPk(teamId, roomChannel(name)),
          ':first': 'SUBSCRIBER#',
          ':last': 'SUBSCRIBER#\uffff',
        },
        ConsistentRead: true,
        Limit: most,
      });
      const [{ Items = [] }, over] = await Promise.all([query, ended.of(teamId)]);
      const there = Items.filter(({ connectionId }) => !over.has(String(connectionId)));
      return there.map(({ connectionId, userId }) => ({ connectionId: String(connectionId), userId: String(userId) }));
    },
  };
};

/** Changes the members of rooms. The count of them changes with each member's own item, so that the last one to leave is known. */
const roomMembership = (table: Table) => ({
  /** Makes a room with its first member in it. False when there is an open one of this name, or a private one of this maker. */
  create: async (
    connection: Connection,
    room: Omit<Room, 'members' | 'born' | 'createdBy' | 'createdAt'>,
  ): Promise<boolean> => {
    const { teamId, userId } = connection;
    const key = keyOfRoom({ ...room, createdBy: userId });
    const sequence = await table.get(sequenceKey(teamId, roomChannel(key)));
    const born = Number(sequence?.seq ?? 0);
    const made = { createdBy: userId, createdAt: new Date().toISOString() };
    const Item = { ...roomKey(teamId, key), ...room, ...made, members: 1, born, ttl: keptUntil() };
    const failed = await table.transact([
      { Put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } },
      { Put: { Item: placeOf(connection, key) } },
    ]);
    return failed.length === 0;
  },

  /** `in` when the connection was a member already, `gone` when the room does not exist any more. */
  join: async (connection: Connection, name: string): Promise<'joined' | 'in' | 'gone'> => {
    const failed = await table.transact([
      {
        Update: {
          Key: roomKey(connection.teamId, name),
          UpdateExpression: 'ADD members :one SET #ttl = :ttl',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':one': 1, ':ttl': keptUntil() },
        },
      },
      { Put: { Item: placeOf(connection, name), ConditionExpression: 'attribute_not_exists(pk)' } },
    ]);
    if (failed.length === 0) return 'joined';
    return failed.includes(0) ? 'gone' : 'in';
  },

  /** False when the connection was not in it. The room is removed with its last member. */
  leave: async (teamId: string, name: string, connectionId: string): Promise<boolean> => {
    const Key = roomKey(teamId, name);
    const failed = await table.transact([
      {
        Update: {
          Key,
          UpdateExpression: 'ADD members :less',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':less': -1 },
        },
      },
      {
        Delete: {
          Key: subscriberKey(teamId, roomChannel(name), connectionId),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ]);
    if (failed.length > 0) return false;
    await table.transact([
      {
        Delete: { Key, ConditionExpression: 'members < :one', ExpressionAttributeValues: { ':one': 1 } },
      },
    ]);
    return true;
  },
});

/** Rooms of a team. */
export const dynamoRooms = (table: Table) => ({ ...roomViews(table), ...roomMembership(table) });

export type RoomStore = ReturnType<typeof dynamoRooms>;
