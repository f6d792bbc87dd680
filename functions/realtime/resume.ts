import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelEvent, roomOf } from '../domain/channels.ts';
import type { ChannelLeaseStore } from './channel-lease-store.ts';
import type { ClientMessage, MessageDeps } from './client-message.ts';
import { deliver } from './deliver.ts';
import { expectNoted } from './expect-noted.ts';
import { type Answer, ack, BYTES_OF_ONE_MESSAGE, Refused } from './protocol.ts';
import { inResumeTurn } from './resume-turn.ts';
import { notedRooms, roomFor } from './rooms.ts';
import { sendToAll } from './send-to-all.ts';
import { listenable } from './subscribe.ts';

/** Sent for one `resume`; a client that missed more asks again from there. */
const MOST_RESUMED = 500;
/** An invocation has 29 seconds, and a connection that it left half-way would receive nothing more. */
const RESUMED_WITHIN_MILLISECONDS = 15_000;
/** Events of a resumed past that count as one message, however small they are. */
const EVENTS_OF_ONE_MESSAGE = 100;
const LOOK_MILLISECONDS = 25;
const MOST_LOOKS = 400;

/**
 * Sends the missed events of a channel to a connection, once and in order, and then subscribes it to the following ones:
 *
 *     listening --pause--> excluded from new rounds --(the current round ends)--> catching up from the log
 *        ^                                                                               |
 *        +-------- admitted by a round, which first sends the events in between ---------+
 *
 * So the events after the answer have no gap and no repetition, whatever is published meanwhile. The place is taken first: a
 * refused client is still listening.
 */
export const resume = (
  message: ClientMessage<'resume'>,
  deps: MessageDeps,
  reply: (answer: Answer) => Promise<void>,
): Promise<void> =>
  inResumeTurn(message.connection, message.messageId, deps.claims, () => catchUp(message, deps, reply));

const catchUp = async (
  { request, connection, charge }: ClientMessage<'resume'>,
  deps: MessageDeps,
  reply: (answer: Answer) => Promise<void>,
): Promise<void> => {
  const { id: connectionId, teamId } = connection;
  const { since } = request;
  const { channel, rounds, born } = await takeOut({ request, connection }, deps);
  const seq = await roundToEnd(rounds);

  const missed = await deps.log.read(teamId, channel, since, seq, MOST_RESUMED);
  await charge(messagesOf(missed) - 1);
  const last = missed.at(-1)?.seq ?? seq;
  // A `seq` beyond the end comes from a client that knows another log, from before a restore for example.
  const gap = since > seq || since < born || missed.length !== last - since;
  const more = !gap && last < seq;
  await reply(ack(request, { channel: request.channel, seq: more ? last : seq, gap, ...(more ? { more } : {}) }));
  const all = { teamId, channel, ids: [connectionId], messages: gap ? [] : missed };
  const [took] = await sendToAll({ ...all, within: RESUMED_WITHIN_MILLISECONDS }, deps);
  if (took === undefined || more) return;
  const joining = { connectionId, after: gap ? seq : Math.max(since, last) };
  if (await rounds.rejoinNow(joining)) return;
  await rounds.requestRejoin(joining);
  await deliver(teamId, channel, deps);
};

/** The number of messages that a resumed past counts as: by its events, or by its size as what is published does. */
const messagesOf = (events: readonly ChannelEvent[]): number => {
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
  return Math.max(Math.ceil(events.length / EVENTS_OF_ONE_MESSAGE), Math.ceil(bytes / BYTES_OF_ONE_MESSAGE));
};

/**
 * A channel from which a connection was excluded, by its internal name, and the first `seq` that it may read; only rooms have
 * one.
 */
interface TakenOut {
  readonly channel: string;
  readonly rounds: ChannelLeaseStore;
  readonly born: number;
}

/** Excludes the connection from every new round of the channel, and subscribes it if it was not. */
const takeOut = async (
  { request, connection }: Pick<ClientMessage<'resume'>, 'request' | 'connection'>,
  deps: MessageDeps,
): Promise<TakenOut> => {
  const { teamId, id } = connection;
  const channel = listenable(request.channel, connection);
  if (channel.kind === 'room') {
    for (const within of notedRooms(connection, channel.of)) {
      const room = await deps.rooms.get(teamId, roomOf(within) ?? '');
      const rounds = deps.rounds(teamId, within);
      if (room && (await rounds.pause(id))) return { channel: within, rounds, born: room.born };
    }
    await roomFor(deps.rooms, teamId, channel.of, connection);
    throw new Refused('FORBIDDEN', 'Only those in a room hear what was said there');
  }
  const { name } = channel;
  const rounds = deps.rounds(teamId, name);
  const taken = { channel: name, rounds, born: 0 };
  if (await rounds.pause(id)) return taken;
  expectNoted(await deps.connections.subscribe(connection, name));
  if (!(await rounds.pause(id))) throw new Refused('UNAUTHORIZED', 'This connection is not open');
  return taken;
};

/** Waits for the end of the round that may still send to a connection that was just excluded. Answers the last `seq`. */
const roundToEnd = async (rounds: ChannelLeaseStore): Promise<number> => {
  let { underWay, seq } = await rounds.status();
  const first = underWay;
  for (let look = 0; underWay !== undefined && underWay === first && look < MOST_LOOKS; look += 1) {
    await pause(LOOK_MILLISECONDS);
    ({ underWay, seq } = await rounds.status());
  }
  return seq;
};
