import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../api/route.ts';
import type { ChannelEvent } from '../domain/channels.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { EventLog } from '../stores/event-log.ts';
import type { RoomStore } from '../stores/room-store.ts';
import { Refused } from './protocol.ts';
import { roomFor } from './rooms.ts';
import { listenable } from './subscribe.ts';

export interface ReadEvents {
  readonly channel: string;
  readonly since: number;
  readonly limit: number;
  /** Seconds to wait for an event when there is none yet. */
  readonly wait: number;
}

export interface EventsRead {
  readonly events: readonly ChannelEvent[];
  /** The `since` of the next call. */
  readonly next: number;
  /** Whether something between is not in the log any more. */
  readonly gap: boolean;
}

export interface ReadEventsDeps {
  readonly log: Pick<EventLog, 'read' | 'last'>;
  readonly rooms: Pick<RoomStore, 'get'>;
}

const LOOK_MILLISECONDS = 500;

/** What happened in a channel of the team after `since`: the log that `resume` reads, for clients without a WebSocket. */
export const readEvents =
  ({ log, rooms }: ReadEventsDeps) =>
  async ({ input, principal }: Call<ReadEvents>): Promise<EventsRead> => {
    const { teamId, userId } = principal;
    const { channel, since, limit, wait } = input;
    const born = await pastOf(channel, teamId, userId, rooms);
    let seq = await log.last(teamId, channel);
    // Half the price of a read that is sure to be current, and half a second later it is.
    for (let looks = (wait * 1000) / LOOK_MILLISECONDS; since === seq && looks > 0; looks -= 1) {
      await pause(LOOK_MILLISECONDS);
      seq = Math.max(seq, await log.last(teamId, channel, { consistent: false }));
    }
    const from = Math.max(since, born);
    const events = await log.read(teamId, channel, from, seq, limit);
    const last = events.at(-1)?.seq ?? seq;
    const gap = since > seq || since < born || events.length !== Math.max(0, last - from);
    return { events, next: last, gap };
  };

/** Where the past of a channel begins for this reader; throws when it is not theirs to read. */
const pastOf = async (name: string, teamId: string, userId: string, rooms: Pick<RoomStore, 'get'>): Promise<number> => {
  try {
    const channel = listenable(name, { userId });
    return channel.kind === 'room' ? (await roomFor(rooms, teamId, channel.of, userId)).born : 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'FORBIDDEN') throw new MediaError('FORBIDDEN', error.message);
    throw notFound('Channel');
  }
};
