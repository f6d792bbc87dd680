import { roomChannel } from '../domain/channels.ts';
import type { Room, RoomStore } from '../stores/room-store.ts';
import type { MessageDeps, Sent } from './message.ts';
import { tellPresence } from './presence.ts';
import { type Answer, ack, Refused } from './protocol.ts';
import { expectNoted } from './subscribe.ts';

type Reply = (answer: Answer) => Promise<void>;

/** More would be a load on every list of them. */
const MOST_ROOMS = 500;
/** Told of one room; API Gateway sends no message of more than 128 KB. */
const MOST_MEMBERS = 1_000;

/** Whether somebody may know of a room and enter it. */
export const mayEnter = (room: Room, userId: string): boolean =>
  !room.private || room.createdBy === userId || room.invited.includes(userId);

/** The room, for whoever may know of it; a private one is answered to others as a missing one. */
export const roomFor = async (rooms: Pick<RoomStore, 'get'>, teamId: string, name: string, userId: string) => {
  const room = await rooms.get(teamId, name);
  if (!room || !mayEnter(room, userId)) throw new Refused('NOT_FOUND', 'There is no such room');
  return room;
};

/** Makes a room and enters it. A private one is for whoever made it and those who are invited. */
export const createRoom = async ({ request, connection }: Sent<'room.create'>, deps: MessageDeps, reply: Reply) => {
  const { room: name, private: isPrivate = false, invite = [] } = request;
  const taken = () => new Refused('CONFLICT', 'There is a room of this name');
  const rooms = await deps.rooms.list(connection.teamId);
  if (rooms.some((room) => room.name === name)) throw taken();
  if (rooms.length >= MOST_ROOMS) throw new Refused('CONFLICT', `A team has at most ${MOST_ROOMS} rooms`);
  expectNoted(await deps.connections.note(connection.id, roomChannel(name)));
  const invited = [...new Set(invite)];
  if (!(await deps.rooms.create(connection, { name, private: isPrivate, invited }))) throw taken();
  await reply(ack(request));
};

/** Enters a room; the others are told. Who is in it already stays. */
export const joinRoom = async ({ request, connection }: Sent<'room.join'>, deps: MessageDeps, reply: Reply) => {
  const { room: name } = request;
  await roomFor(deps.rooms, connection.teamId, name, connection.userId);
  expectNoted(await deps.connections.note(connection.id, roomChannel(name)));
  const outcome = await deps.rooms.join(connection, name);
  if (outcome === 'gone') throw new Refused('NOT_FOUND', 'There is no such room');
  await reply(ack(request));
  if (outcome === 'joined') await tellPresence('joined', connection, roomChannel(name), deps);
};

/** Leaves a room; the others are told. */
export const leaveRoom = async ({ request, connection }: Sent<'room.leave'>, deps: MessageDeps, reply: Reply) => {
  const channel = roomChannel(request.room);
  if (!(await deps.connections.unsubscribe(connection, channel))) {
    throw new Refused('NOT_FOUND', 'This connection is in no such room');
  }
  await reply(ack(request));
  await tellPresence('left', connection, channel, deps);
};

/** The rooms of the team, without the private ones of others. */
export const listRooms = async ({ request, connection }: Sent<'room.list'>, deps: MessageDeps, reply: Reply) => {
  const rooms = (await deps.rooms.list(connection.teamId)).filter((room) => mayEnter(room, connection.userId));
  await reply(
    ack(request, {
      rooms: rooms.map(({ name, private: isPrivate, members }) => ({ name, private: isPrivate, members })),
    }),
  );
};

/** The connections in a room, and whose they are. */
export const roomMembers = async ({ request, connection }: Sent<'room.members'>, deps: MessageDeps, reply: Reply) => {
  const room = await roomFor(deps.rooms, connection.teamId, request.room, connection.userId);
  const members = await deps.rooms.members(connection.teamId, request.room, MOST_MEMBERS);
  await reply(
    ack(request, {
      members: members.map(({ connectionId, userId }) => ({ connection: connectionId, user: userId })),
      ...(members.length === MOST_MEMBERS && room.members > MOST_MEMBERS ? { more: true } : {}),
    }),
  );
};
