import { connectionChannel, type DomainEvent, readChannel, TEAM_CHANNEL, userChannel } from '../domain/channels.ts';
import { countedFor } from '../domain/counted-for.ts';
import type { ClientMessage, MessageDeps } from './client-message.ts';
import type { Connection } from './connection.ts';
import { deliver } from './deliver.ts';
import type { AppendOptions } from './event-log.ts';
import { type Answer, ack, Refused } from './protocol.ts';
import { channelWithin } from './rooms.ts';
import { expectPerson, expectVoice, isPerson } from './voice.ts';

type Reply = (answer: Answer) => Promise<void>;

/** Appends a message to a channel, confirms it to the sender, and sends it to all listeners. */
const appendAndDeliver = async (
  { request, connection, messageId }: ClientMessage<'publish' | 'broadcast' | 'direct'>,
  channel: string,
  deps: MessageDeps,
  reply: Reply,
  options?: AppendOptions,
): Promise<void> => {
  const { teamId, userId, id: connectionId } = connection;
  const message: DomainEvent = {
    eventId: messageId,
    teamId,
    channel,
    event: 'message',
    data: request.data,
    at: deps.clock().toISOString(),
    from: { userId, connectionId, ...(isPerson(connection) ? {} : { by: 'api-key' as const }) },
  };
  const [placed] = await deps.log.append(teamId, channel, [message], options);
  await reply(ack(request, placed ? { seq: placed.event.seq } : {}));
  try {
    await deliver(teamId, channel, deps);
  } catch (error) {
    // It has its `seq` and was answered; another invocation sends it, and is repeated if it fails as well.
    deps.reportFailure(connectionId, error);
    await deps.continueInBackground(teamId, channel);
  }
};

/** Members name these channels, so each counts for the one who publishes to it first. */
const asOneMore = ({ userId, credentialKind }: Connection, { begunChannels }: MessageDeps): AppendOptions => ({
  begins: async () => {
    if (await begunChannels.count(countedFor(userId, { kind: credentialKind }))) return;
    throw new Refused('RATE_LIMITED', 'Too many new channels and rooms were published to on this day');
  },
});

/** Publishes to an open channel of the team, or to a room that the connection is in. */
export const publish = async (sent: ClientMessage<'publish'>, deps: MessageDeps, reply: Reply): Promise<void> => {
  const { connection, request } = sent;
  expectVoice(connection);
  const channel = readChannel(request.channel);
  if (channel?.kind === 'system') throw new Refused('FORBIDDEN', `Only the system publishes to ${channel.name}`);
  if (channel?.kind === 'user' || channel?.kind === 'connection') {
    throw new Refused('FORBIDDEN', 'What is for one alone is sent with direct');
  }
  if (channel?.kind === 'room') {
    const within = await channelWithin(connection, channel.of, deps);
    if (within === undefined) throw new Refused('FORBIDDEN', 'Only those in a room publish to it');
    return appendAndDeliver(sent, within, deps, reply, asOneMore(connection, deps));
  }
  await appendAndDeliver(sent, request.channel, deps, reply, asOneMore(connection, deps));
};

/** Sends a message to all connections of the team. */
export const broadcast = async (sent: ClientMessage<'broadcast'>, deps: MessageDeps, reply: Reply): Promise<void> => {
  if (!sent.connection.scopes.includes('realtime:broadcast')) {
    throw new Refused('FORBIDDEN', 'Broadcasting needs the scope realtime:broadcast');
  }
  expectVoice(sent.connection);
  await appendAndDeliver(sent, TEAM_CHANNEL, deps, reply);
};

/** Sends a message to one connection, or to all connections of one member of the team. */
export const direct = async (sent: ClientMessage<'direct'>, deps: MessageDeps, reply: Reply): Promise<void> => {
  expectVoice(sent.connection);
  expectPerson(sent.connection);
  const [kind, to = ''] = sent.request.to.split(':');
  const { teamId } = sent.connection;
  if (kind === 'user') {
    if (!(await deps.accounts.role(teamId, to))) throw new Refused('NOT_FOUND', 'No member of this team has this id');
    return appendAndDeliver(sent, userChannel(to), deps, reply);
  }
  const other = await deps.connections.get(to);
  if (other?.teamId !== teamId) throw new Refused('NOT_FOUND', 'No connection of this team has this id');
  await appendAndDeliver(sent, connectionChannel(to), deps, reply);
};
