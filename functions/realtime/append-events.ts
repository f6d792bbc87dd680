import { type ChannelEvent, type DomainEvent, shownChannel } from '../domain/channels.ts';
import { MediaError } from '../domain/errors.ts';
import { eventKey, seenKey, sequenceKey } from '../table/keys.ts';
import { jitteredPause, type Table, type TransactItem } from '../table/table.ts';
import { EVENT_KEPT_SECONDS, sequenceEnd } from './sequence-lifetime.ts';

/** A channel of a team. */
export interface ChannelRef {
  readonly teamId: string;
  readonly channel: string;
}

/** An event in its place, and who knows of it. */
export interface Placed {
  /** The source of the event. */
  readonly eventId: string;
  readonly event: ChannelEvent;
  /** Every connection that listens has it. */
  readonly delivered: boolean;
  /** Queued for webhooks. */
  readonly webhooksQueued: boolean;
}

export interface AppendOptions {
  /** Called before the first event of a channel is stored; throws when there may not be one more. */
  readonly begins?: () => Promise<void>;
}

/** A transaction has 100 items: the sequence, and an event and a mark for each event. */
export const MOST_IN_ONE = 49;
const ATTEMPTS = 10;

/** Events are stored as text: published data may be any JSON, and DynamoDB cannot represent all of that. */
export const eventIn = (item: Record<string, unknown>): ChannelEvent => JSON.parse(String(item.message));

/** Gives each event that has no place yet the next one of its channel, all in one transaction. */
export const placeEvents = async (
  table: Table,
  ref: ChannelRef,
  domainEvents: readonly DomainEvent[],
  { begins }: AppendOptions,
): Promise<readonly Placed[]> => {
  let begun = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { last, known, fresh } = await lookUp(table, ref, domainEvents);
    if (fresh.length === 0) return known;
    if (last === 0 && !begun) await begins?.();
    begun = true;
    const placed = fresh.map((each, index) => placedAt(ref.channel, last + index + 1, each));
    if ((await table.transact(itemsOf(ref, last, placed))).length === 0) return [...known, ...placed];
    // Another call appended an event first: a random delay keeps calls from colliding again and again.
    await jitteredPause(attempt);
  }
  throw new MediaError('BUSY', 'Too many write to this channel at once, try again in a moment', { retryAfter: 1 });
};

/** The last `seq` of the channel, the events of a batch that have a place already, and those that have none. */
const lookUp = async (table: Table, { teamId, channel }: ChannelRef, domainEvents: readonly DomainEvent[]) => {
  const place = sequenceKey(teamId, channel);
  const keys = domainEvents.map(({ eventId }) => seenKey(teamId, channel, eventId));
  const items = await table.batchGet([place, ...new Map(keys.map((key) => [key.pk, key])).values()]);
  const sequence = items.find(({ pk }) => pk === place.pk);
  const marks = keys.map((key) => items.find(({ pk }) => pk === key.pk));
  const delivered = Number(sequence?.delivered ?? 0);
  const placedBefore = async (eventId: string, mark: Record<string, unknown>): Promise<Placed | undefined> => {
    const seq = Number(mark.seq);
    const item = await table.get(eventKey(teamId, channel, seq));
    return item && { eventId, event: eventIn(item), delivered: seq <= delivered, webhooksQueued: mark.told === true };
  };
  const known = await Promise.all(
    domainEvents.flatMap(({ eventId }, index) => {
      const mark = marks[index];
      return mark ? [placedBefore(eventId, mark)] : [];
    }),
  );
  return {
    last: Number(sequence?.seq ?? 0),
    known: known.filter((each) => each !== undefined),
    fresh: domainEvents.filter((_, index) => !marks[index]),
  };
};

const placedAt = (channel: string, seq: number, { eventId, event, data, at, from }: DomainEvent): Placed => ({
  eventId,
  event: { type: 'event', channel: shownChannel(channel), seq, event, data, at, ...(from ? { from } : {}) },
  delivered: false,
  webhooksQueued: false,
});

/** What stores new events: the sequence goes on, and each event and the mark of its source are put. */
const itemsOf = ({ teamId, channel }: ChannelRef, last: number, placed: readonly Placed[]): readonly TransactItem[] => {
  const ttl = Math.floor(Date.now() / 1000) + EVENT_KEPT_SECONDS;
  return [
    advance(sequenceKey(teamId, channel), last, last + placed.length, sequenceEnd(channel)),
    ...placed.map(
      ({ event }): TransactItem => ({
        Put: { Item: { ...eventKey(teamId, channel, event.seq), message: JSON.stringify(event), ttl } },
      }),
    ),
    ...placed.map(
      ({ eventId, event }): TransactItem => ({
        Put: {
          Item: { ...seenKey(teamId, channel, eventId), seq: event.seq, ttl },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }),
    ),
  ];
};

const advance = (key: { pk: string; sk: string }, from: number, to: number, ttl: number | undefined): TransactItem => ({
  Update: {
    Key: key,
    UpdateExpression: ttl === undefined ? 'SET seq = :to' : 'SET seq = :to, #ttl = :ttl',
    ConditionExpression: from === 0 ? 'attribute_not_exists(seq)' : 'seq = :from',
    ...(ttl === undefined ? {} : { ExpressionAttributeNames: { '#ttl': 'ttl' } }),
    ExpressionAttributeValues: {
      ':to': to,
      ...(from === 0 ? {} : { ':from': from }),
      ...(ttl === undefined ? {} : { ':ttl': ttl }),
    },
  },
});
