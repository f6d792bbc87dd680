import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../domain/call.ts';
import { type ChannelEvent, roomChannel } from '../domain/channels.ts';
import { boundFor, countedAs } from '../domain/counted-for.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import type { ClaimLimits } from '../domain/shares.ts';
import { callersOf } from '../http/cost.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { Claims } from '../table/claim-store.ts';
import type { EventLog } from './event-log.ts';
import { Refused } from './protocol.ts';
import { keyOfRoom, type RoomStore } from './room-store.ts';
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
  /** Whether events in between are not in the log any more. */
  readonly gap: boolean;
}

export interface ReadEventsDeps {
  readonly log: Pick<EventLog, 'read' | 'last'>;
  /** Throws unless the caller may still read in that team now. */
  readonly stillMay: (principal: Principal) => Promise<void>;
  readonly rooms: Pick<RoomStore, 'named'>;
  readonly claims: Pick<Claims, 'take' | 'release'>;
  readonly limit: RateLimiter;
  readonly newId: () => string;
}

/** Each waiting call occupies an execution. */
export const WAITING_OF_PERSON = { ofHolder: 4, ofAll: 4, lanes: 1 } as const satisfies ClaimLimits;
/** Longer than a call, for one whose function crashed. */
const LOST_SECONDS = 5;

const LOOK_MILLISECONDS = 500;

/** The events of a channel of the team after `since`: the log that `resume` reads, for clients without a WebSocket. */
export const readEvents =
  (deps: ReadEventsDeps) =>
  async ({ input, principal }: Call<ReadEvents>): Promise<EventsRead> => {
    const { log, rooms, stillMay } = deps;
    const { teamId } = principal;
    const { since, limit, wait } = input;
    const { channel, born } = await pastOf(input.channel, principal, rooms);
    let seq = await log.last(teamId, channel);
    // Guests are many, and do not wait.
    if (since === seq && wait > 0 && !principal.guest) {
      seq = await inTurn(principal, wait, deps, () =>
        untilLater(seq, wait, () => deps.log.last(teamId, channel, LATELY)),
      );
    }
    // A waiting caller may have lost access meanwhile, in addition to the half minute of a cached read.
    if (wait > 0) await stillMay(principal);
    const from = Math.max(since, born);
    const events = await log.read(teamId, channel, from, seq, limit);
    const last = events.at(-1)?.seq ?? seq;
    const gap = since > seq || since < born || events.length !== Math.max(0, last - from);
    return { events, next: last, gap };
  };

/** Half the price of a read that is sure to be current, and half a second later it is. */
const LATELY = { consistent: false } as const;

/** Looks until there is something after `seq`, or the time is over. */
const untilLater = async (seq: number, seconds: number, last: () => Promise<number>): Promise<number> => {
  for (let looks = (seconds * 1000) / LOOK_MILLISECONDS; looks > 0; looks -= 1) {
    await pause(LOOK_MILLISECONDS);
    const found = await last();
    if (found > seq) return found;
  }
  return seq;
};

/** Waits in one of a person's slots, at the price of a call a second; throws `RATE_LIMITED` if none is free. */
const inTurn = async <T>(
  principal: Principal,
  seconds: number,
  { claims, limit, newId }: ReadEventsDeps,
  work: () => Promise<T>,
): Promise<T> => {
  for (const caller of callersOf(principal, '')) {
    const standing = await limit(caller, seconds);
    if (standing?.exceeded) throw new MediaError('RATE_LIMITED', 'Too many requests', { retryAfter: standing.reset });
  }
  const counted = countedAs(principal);
  const most = boundFor(counted, WAITING_OF_PERSON.ofHolder);
  const share = `waiting#${counted.id}`;
  const id = newId();
  const limits = { ...WAITING_OF_PERSON, ofHolder: most };
  const request = { holder: counted.id, limits, seconds: seconds + LOST_SECONDS };
  if (!(await claims.take(share, id, request))) {
    throw new MediaError('RATE_LIMITED', `At most ${most} of your calls can wait at a time`, {
      retryAfter: LOST_SECONDS,
    });
  }
  try {
    return await work();
  } finally {
    // The place of a release that fails is free after the time of the wait.
    await claims.release(share, id).catch(() => undefined);
  }
};

/** A channel by its name inside, and where its past begins for this reader; throws when it is not theirs to read. */
const pastOf = async (
  name: string,
  principal: Principal,
  rooms: Pick<RoomStore, 'named'>,
): Promise<{ readonly channel: string; readonly born: number }> => {
  try {
    const { teamId, userId, guest } = principal;
    const credentialKind = namedBy(principal).kind;
    const listener = { userId, credentialKind, guest, scopes: [...principal.scopes] };
    const channel = listenable(name, listener);
    if (channel.kind !== 'room') return { channel: name, born: 0 };
    const room = await roomFor(rooms, teamId, channel.of, listener);
    return { channel: roomChannel(keyOfRoom(room)), born: room.born };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'FORBIDDEN') throw new MediaError('FORBIDDEN', error.message);
    throw notFound('Channel');
  }
};
