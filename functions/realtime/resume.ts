import { setTimeout as pause } from 'node:timers/promises';
import { roomChannel } from '../domain/channels.ts';
import type { RoundStore } from '../stores/round-store.ts';
import { deliver } from './deliver.ts';
import type { MessageDeps, Sent } from './message.ts';
import { type Answer, ack, Refused } from './protocol.ts';
import { roomFor } from './rooms.ts';
import { inOrder } from './send-to-all.ts';
import { listenable } from './subscribe.ts';

/** Sent for one `resume`; who missed more asks again from there. */
const MOST_RESUMED = 1_000;
const LOOK_MILLISECONDS = 25;
const MOST_LOOKS = 400;

/**
 * Sends what a connection missed in a channel, once and in order, and then lets it hear what follows:
 *
 *     listening --pause--> out of every new round --(the round under way ends)--> catching up from the log
 *        ^                                                                               |
 *        +-------- let in by a round, which first sends what came meanwhile -------------+
 *
 * What is received after the answer is therefore without gap and without repetition, whatever is published meanwhile.
 */
export const resume = async (
  { request, connection }: Sent<'resume'>,
  deps: MessageDeps,
  reply: (answer: Answer) => Promise<void>,
): Promise<void> => {
  const { id: connectionId, teamId } = connection;
  const { channel, since } = request;
  const rounds = deps.rounds(teamId, channel);
  const born = await enter({ request, connection }, deps);
  if (!(await rounds.pause(connectionId))) throw new Refused('NOT_FOUND', 'This connection does not hear this channel');
  await roundToEnd(rounds);

  const seq = await deps.log.last(teamId, channel);
  const missed = await deps.log.read(teamId, channel, since, seq, MOST_RESUMED);
  const last = missed.at(-1)?.seq ?? seq;
  // Beyond the end is what a client says that knows another log, from before a restore for example.
  const gap = since > seq || since < born || missed.length !== last - since;
  const more = !gap && last < seq;
  await reply(ack(request, { channel, seq: more ? last : seq, gap, ...(more ? { more } : {}) }));
  if (!gap) await inOrder(connectionId, missed, deps.sender);
  if (more) return;
  await rounds.ask({ connectionId, after: gap ? seq : Math.max(since, last) });
  await deliver(teamId, channel, deps);
};

/** Makes sure that the connection hears the channel. Answers where its past begins, which differs for rooms alone. */
const enter = async (
  { request, connection }: Pick<Sent<'resume'>, 'request' | 'connection'>,
  deps: MessageDeps,
): Promise<number> => {
  const { teamId, userId, id } = connection;
  const channel = listenable(request.channel, connection);
  if (channel.kind === 'room') {
    const room = await roomFor(deps.rooms, teamId, channel.of, userId);
    const isIn = await deps.connections.isSubscribed({ id, teamId, channel: roomChannel(channel.of) });
    if (!isIn) throw new Refused('FORBIDDEN', 'Only those in a room hear what was said there');
    return room.born;
  }
  if (!(await deps.connections.isSubscribed({ id, teamId, channel: channel.name }))) {
    await deps.connections.subscribe(connection, channel.name);
  }
  return 0;
};

/** Waits for the round to end that may still send to a connection which was just taken out. */
const roundToEnd = async (rounds: RoundStore): Promise<void> => {
  const { underWay } = await rounds.standing();
  for (let look = 0; underWay !== undefined && look < MOST_LOOKS; look += 1) {
    await pause(LOOK_MILLISECONDS);
    if ((await rounds.standing()).underWay !== underWay) return;
  }
};
