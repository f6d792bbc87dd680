import { roomChannel, roomOf, shownChannel } from '../domain/channels.ts';
import type { ClientMessage, MessageDeps } from './client-message.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore } from './connection-store.ts';
import { expectNoted } from './expect-noted.ts';
import { broadcastPresence } from './presence.ts';
import { type Answer, ack, Refused } from './protocol.ts';
import { keyOfRoom, type Room, type RoomStore } from './room-store.ts';
import { expectPerson, expectVoice, isPerson, type Listener } from './voice.ts';

type Reply = (answer: Answer) => Promise<void>;

/** More would be a load on every list of them. */
const MOST_ROOMS = 500;
/** So that no one person takes all rooms of a team. */
const MOST_ROOMS_OF_MAKER = 50;
/** Rooms that are read for a list and count as one message; the private ones of others are read too. */
const ROOMS_OF_ONE_MESSAGE = 20;
/** Rooms in one answer; API Gateway sends no message of more than 128 KB. */
const MOST_MEMBERS = 1_000;

/** Why there is no room for so many more rooms of a creator; undefined when there is. */
const tooMany = (rooms: readonly Room[], userId: string, more: number): Refused | undefined => {
  const made = rooms.filter(({ createdBy }) => createdBy === userId).length;
  if (made + more > MOST_ROOMS_OF_MAKER) {
    return new Refused('CONFLICT', `A person makes at most ${MOST_ROOMS_OF_MAKER} rooms of a team`);
  }
  if (rooms.length + more <= MOST_ROOMS) return undefined;
  return new Refused('CONFLICT', `A team has at most ${MOST_ROOMS} rooms`);
};

/** Whether a listener may see and enter a room; private rooms are for people, not for their keys. */
export const mayEnter = (room: Room, listener: Listener): boolean => {
  const { userId } = listener;
  return !room.private || (isPerson(listener) && (room.createdBy === userId || room.invited.includes(userId)));
};

/** The caller's own first, then the oldest. Invitations need no consent, so a later invitation displaces no room. */
const ownThenOldest =
  (userId: string) =>
  (one: Room, other: Room): number =>
    Number(other.createdBy === userId) - Number(one.createdBy === userId) ||
    one.createdAt.localeCompare(other.createdAt);

/**
 * The room of that name, for callers that may know of it; a private one is answered to others as a missing one. Of several it is
 * the caller's own, or else the one that was there first.
 */
export const roomFor = async (
  rooms: Pick<RoomStore, 'named'>,
  teamId: string,
  name: string,
  listener: Listener,
  createdBy?: string,
) => {
  const entered = (await rooms.named(teamId, name))
    .filter((each) => mayEnter(each, listener))
    .filter((each) => createdBy === undefined || each.createdBy === createdBy);
  const [room] = entered.toSorted(ownThenOldest(listener.userId));
  if (!room) throw new Refused('NOT_FOUND', 'There is no such room');
  return room;
};

/** Channels, by their names inside, of rooms of that name which a connection is in, or was about to enter. */
export const notedRooms = ({ channels = [] }: Pick<Connection, 'channels'>, name: string): readonly string[] =>
  channels.filter((each) => roomOf(each) !== undefined && shownChannel(each) === roomChannel(name));

/** The channel, by its name inside, of the room of that name which a connection is in. */
export const channelWithin = async (
  connection: Connection,
  name: string,
  { connections }: { readonly connections: Pick<ConnectionStore, 'isSubscribed'> },
): Promise<string | undefined> => {
  const { id, teamId } = connection;
  for (const channel of notedRooms(connection, name)) {
    if (await connections.isSubscribed({ id, teamId, channel })) return channel;
  }
  return undefined;
};

/**
 * Creates a room and enters it. A private one is for its creator and the invited people. A name is only refused as taken for
 * the open room and the caller's own: others name theirs freely, and take no name from those whom they invite.
 */
export const createRoom = async (
  { request, connection }: ClientMessage<'room.create'>,
  deps: MessageDeps,
  reply: Reply,
) => {
  const { room: name, private: isPrivate = false, invite = [] } = request;
  const { teamId, userId } = connection;
  expectVoice(connection);
  if (isPrivate) expectPerson(connection);
  const taken = () => new Refused('CONFLICT', 'There is a room of this name');
  const rooms = await deps.rooms.list(teamId);
  const takes = (room: Room) => room.name === name && (!room.private || room.createdBy === userId);
  if (rooms.some((room) => takes(room) && mayEnter(room, connection))) throw taken();
  const full = tooMany(rooms, userId, 1);
  if (full) throw full;
  const made = { name, private: isPrivate, invited: [...new Set(invite)] };
  const channel = roomChannel(keyOfRoom({ ...made, createdBy: userId }));
  expectNoted(await deps.connections.note(connection, channel));
  if (!(await deps.rooms.create(connection, made))) throw taken();
  // Counted again after it was made: concurrent messages may all have seen room.
  const beyond = tooMany(await deps.rooms.list(teamId), userId, 0);
  if (beyond) {
    await deps.rooms.leave(teamId, keyOfRoom({ ...made, createdBy: userId }), connection.id);
    throw beyond;
  }
  await reply(ack(request));
};

/** Shows people the creator and kind of a room: rooms of one name differ by these. */
const makerOf = (room: Room, listener: Listener): { readonly createdBy?: string; readonly private?: boolean } =>
  isPerson(listener) ? { createdBy: room.createdBy, private: room.private } : {};

/** Enters a room, and informs the others. A member stays one. */
export const joinRoom = async (
  { request, connection }: ClientMessage<'room.join'>,
  deps: MessageDeps,
  reply: Reply,
) => {
  const { room: name, createdBy } = request;
  const { teamId } = connection;
  expectVoice(connection);
  const room = await roomFor(deps.rooms, teamId, name, connection, createdBy);
  // A member of a room of that name stays in it until they leave it.
  const within = await channelWithin(connection, name, deps);
  if (within) {
    const entered = await deps.rooms.get(teamId, roomOf(within) ?? '');
    if (createdBy !== undefined && entered?.createdBy !== createdBy) {
      throw new Refused('CONFLICT', 'This connection is in another room of this name; leave that one first');
    }
    return reply(ack(request, entered && makerOf(entered, connection)));
  }
  const key = keyOfRoom(room);
  expectNoted(await deps.connections.note(connection, roomChannel(key)));
  const outcome = await deps.rooms.join(connection, key);
  if (outcome === 'gone') throw new Refused('NOT_FOUND', 'There is no such room');
  await reply(ack(request, makerOf(room, connection)));
  if (outcome === 'joined') await broadcastPresence('joined', connection, roomChannel(key), deps);
};

/** Leaves a room, and informs the others. */
export const leaveRoom = async (
  { request, connection }: ClientMessage<'room.leave'>,
  deps: MessageDeps,
  reply: Reply,
) => {
  const channel = await channelWithin(connection, request.room, deps);
  if (channel === undefined || !(await deps.connections.unsubscribe(connection, channel))) {
    throw new Refused('NOT_FOUND', 'This connection is in no such room');
  }
  await reply(ack(request));
  await broadcastPresence('left', connection, channel, deps);
};

/** The rooms of the team, without the private ones of others. */
export const listRooms = async (
  { request, connection, charge }: ClientMessage<'room.list'>,
  deps: MessageDeps,
  reply: Reply,
) => {
  const all = await deps.rooms.list(connection.teamId);
  await charge(Math.ceil(all.length / ROOMS_OF_ONE_MESSAGE) - 1);
  const rooms = all.filter((room) => mayEnter(room, connection));
  await reply(
    ack(request, {
      rooms: rooms.map((room) => ({
        ...{ name: room.name, private: room.private, members: room.members },
        ...makerOf(room, connection),
      })),
    }),
  );
};

/** The connections in a room, and whose they are. */
export const roomMembers = async (
  { request, connection }: ClientMessage<'room.members'>,
  deps: MessageDeps,
  reply: Reply,
) => {
  const { teamId } = connection;
  expectVoice(connection);
  const within = await channelWithin(connection, request.room, deps);
  const entered = within === undefined ? undefined : await deps.rooms.get(teamId, roomOf(within) ?? '');
  const room = entered ?? (await roomFor(deps.rooms, teamId, request.room, connection));
  const members = await deps.rooms.members(teamId, keyOfRoom(room), MOST_MEMBERS);
  await reply(
    ack(request, {
      members: members.map(({ connectionId, userId }) => ({ connection: connectionId, user: userId })),
      ...(members.length === MOST_MEMBERS && room.members > MOST_MEMBERS ? { more: true } : {}),
    }),
  );
};
