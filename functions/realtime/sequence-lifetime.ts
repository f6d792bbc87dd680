import { readChannel, roomOf } from '../domain/channels.ts';

/** How long events are kept, and the marks of the stream records that they came from. */
export const EVENT_KEPT_SECONDS = 24 * 3600;
/** How long the sequence of a channel without new events is kept: its numbers go on. */
const OPEN_KEPT_SECONDS = 180 * 24 * 3600;

const now = (): number => Math.floor(Date.now() / 1000);

/** Whether members name such channels: those would become more and more. A room has one of these under its name. */
const isNamedByMembers = (channel: string): boolean =>
  roomOf(channel) !== undefined || readChannel(channel)?.kind === 'open';

/**
 * When the sequence of a channel expires after an event, in seconds since 1970; undefined for one that stays. A connection's own
 * channel is of no use after it, and its id is never used again. A client that resumes a channel that members name after so long
 * gets a gap, or begins anew.
 */
export const sequenceEnd = (channel: string): number | undefined => {
  if (isNamedByMembers(channel)) return now() + OPEN_KEPT_SECONDS;
  return readChannel(channel)?.kind === 'connection' ? now() + EVENT_KEPT_SECONDS : undefined;
};

/**
 * What a lease or a request adds to the update of a sequence that it may make: with nothing published, that may be all that
 * there ever is of the channel. Undefined for a channel whose sequence stays.
 */
export const whileIdle = (channel: string) =>
  sequenceEnd(channel) === undefined
    ? undefined
    : {
        assignment: '#ttl = if_not_exists(#ttl, :ttl)',
        names: { '#ttl': 'ttl' },
        values: { ':ttl': now() + EVENT_KEPT_SECONDS },
      };
