import { type Channel, readChannel, userChannel } from '../domain/channels.ts';
import type { ClientMessage, MessageDeps } from './client-message.ts';
import { expectNoted } from './expect-noted.ts';
import { type Answer, ack, Refused } from './protocol.ts';
import { joinRoom, leaveRoom } from './rooms.ts';
import { expectPerson, expectVoice, type Listener } from './voice.ts';

/** The channel of that name for this connection; throws for another's. */
export const listenable = (name: string, listener: Listener): Channel => {
  const channel = readChannel(name);
  if (!channel) throw new Refused('UNKNOWN_CHANNEL', 'There is no channel of this name');
  if (channel.kind === 'connection') throw new Refused('FORBIDDEN', 'A connection always hears what is sent to it');
  if (channel.kind === 'user') {
    if (channel.of !== listener.userId)
      throw new Refused('FORBIDDEN', 'Only the recipient hears what is sent to one person');
    expectPerson(listener);
  }
  // Listening to a room means being in it.
  if (channel.kind === 'room') expectVoice(listener);
  return channel;
};

/** Subscribes to a channel. Listening to a room means being in it. */
export const subscribe = async (
  sent: ClientMessage<'subscribe'>,
  deps: MessageDeps,
  reply: (answer: Answer) => Promise<void>,
): Promise<void> => {
  const { request, connection } = sent;
  const channel = listenable(request.channel, connection);
  if (channel.kind === 'room') {
    const { id } = request;
    return joinRoom({ ...sent, request: { action: 'room.join', id, room: channel.of } }, deps, reply);
  }
  expectNoted(await deps.connections.subscribe(connection, channel.name));
  await reply(ack(request));
};

/** Unsubscribes from a channel. */
export const unsubscribe = async (
  sent: ClientMessage<'unsubscribe'>,
  deps: MessageDeps,
  reply: (answer: Answer) => Promise<void>,
): Promise<void> => {
  const { request, connection } = sent;
  const channel = listenable(request.channel, connection);
  // It is also how a person's connections are found when they have to end.
  if (channel.name === userChannel(connection.userId)) {
    throw new Refused('FORBIDDEN', 'Everybody hears what is sent to themselves');
  }
  if (channel.kind === 'room') {
    const { id } = request;
    return leaveRoom({ ...sent, request: { action: 'room.leave', id, room: channel.of } }, deps, reply);
  }
  await deps.connections.unsubscribe(connection, channel.name);
  await reply(ack(request));
};
