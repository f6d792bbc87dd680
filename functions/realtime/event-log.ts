import { type ChannelEvent, type DomainEvent, shownChannel } from '../domain/channels.ts';
import { MediaError } from '../domain/errors.ts';
import { eventKey, seenKey, sequenceKey } from '../table/keys.ts';
import { jitteredPause, type Table, type TransactItem } from '../table/table.ts';
import { EVENT_KEPT_SECONDS, sequenceEnd } from './sequence-lifetime.ts';

/**
 * The log of a channel: a sequence, its events, and a mark for each stream record that was read. The three are written in one
 * transaction, so a repeated record finds its mark and gets no second number.
 *
 *     SEQUENCE {seq, delivered} --+1--> EVENT#<seq>   SEEN#<stream record> -> {seq, told}
 *
 * Connections get events in order, so their progress is one number. Webhooks get them in any order: each mark stores whether
 * they were queued for webhooks.
 */
export interface EventLog {
  /** Appends events, in order; one that is known keeps its number. Answers all that are not older than a day. */
  append(
    teamId: string,
    channel: string,
    domainEvents: readonly DomainEvent[],
    options?: AppendOptions,
  ): Promise<readonly Placed[]>;
  /** Marks these as queued for webhooks. */
  markQueued(teamId: string, channel: string, placed: readonly Placed[]): Promise<void>;
  /**
   * Events after `since` up to `until`, oldest first, without those that are older than a day; at most `most`, and no more than
   * one answer can carry.
   */
  read(teamId: string, channel: string, since: number, until: number, most: number): Promise<readonly ChannelEvent[]>;
  /** The last `seq`; 0 in a channel without events. */
  last(teamId: string, channel: string, options?: { consistent?: boolean }): Promise<number>;
}

export interface AppendOptions {
  /** Called before the first event of a channel is stored; throws when there may not be one more. */
  readonly begins?: () => Promise<void>;
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

/** Lambda's answers end at 6 MB, and a quote in an event is two characters there. */
const MOST_READ_BYTES = 2_500_000;
/** A transaction has 100 items: the sequence, and an event and a mark for each event. */
const MOST_IN_ONE = 49;
const ATTEMPTS = 10;

/** Events are stored as text: published data may be any JSON, and DynamoDB cannot represent all of that. */
const eventIn = (item: Record<string, unknown>): ChannelEvent => JSON.parse(String(item.message));

export const dynamoEventLog = (table: Table): EventLog => {
  const place = async (
    teamId: string,
    channel: string,
    domainEvents: readonly DomainEvent[],
    { begins }: AppendOptions,
  ): Promise<Placed[]> => {
    let begun = false;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [sequence, ...marks] = await Promise.all([
        table.get(sequenceKey(teamId, channel)),
        ...domainEvents.map(({ eventId }) => table.get(seenKey(teamId, channel, eventId))),
      ]);
      const last = Number(sequence?.seq ?? 0);
      const delivered = Number(sequence?.delivered ?? 0);
      const fresh = domainEvents.filter((_, index) => !marks[index]);
      const known = await Promise.all(
        domainEvents.flatMap(({ eventId }, index) => {
          const mark = marks[index];
          return mark ? [earlier(teamId, channel, eventId, mark, delivered)] : [];
        }),
      );
      const before = known.filter((each) => each !== undefined);
      if (fresh.length === 0) return before;
      if (last === 0 && !begun) await begins?.();
      begun = true;

      const events = fresh.map(
        ({ event, data, at, from }, index): ChannelEvent => ({
          type: 'event',
          channel: shownChannel(channel),
          seq: last + index + 1,
          event,
          data,
          at,
          ...(from ? { from } : {}),
        }),
      );
      const ttl = Math.floor(Date.now() / 1000) + EVENT_KEPT_SECONDS;
      const failed = await table.transact([
        advance(sequenceKey(teamId, channel), last, last + events.length, sequenceEnd(channel)),
        ...events.map(
          (event): TransactItem => ({
            Put: { Item: { ...eventKey(teamId, channel, event.seq), message: JSON.stringify(event), ttl } },
          }),
        ),
        ...events.map(
          (message, index): TransactItem => ({
            Put: {
              Item: { ...seenKey(teamId, channel, fresh[index]?.eventId ?? ''), seq: message.seq, ttl },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          }),
        ),
      ]);
      if (failed.length === 0) {
        const placed = events.map((event, index): Placed => {
          return { eventId: fresh[index]?.eventId ?? '', event, delivered: false, webhooksQueued: false };
        });
        return [...before, ...placed];
      }
      // Another call appended an event first: a random delay keeps calls from colliding again and again.
      await jitteredPause(attempt);
    }
    throw new MediaError('BUSY', 'Too many write to this channel at once, try again in a moment', { retryAfter: 1 });
  };

  const earlier = async (
    teamId: string,
    channel: string,
    eventId: string,
    mark: Record<string, unknown>,
    delivered: number,
  ): Promise<Placed | undefined> => {
    const seq = Number(mark.seq);
    const item = await table.get(eventKey(teamId, channel, seq));
    return item && { eventId, event: eventIn(item), delivered: seq <= delivered, webhooksQueued: mark.told === true };
  };

  return {
    append: async (teamId, channel, domainEvents, options = {}) => {
      const placed: Placed[] = [];
      for (let start = 0; start < domainEvents.length; start += MOST_IN_ONE) {
        placed.push(...(await place(teamId, channel, domainEvents.slice(start, start + MOST_IN_ONE), options)));
      }
      return placed.sort((one, other) => one.event.seq - other.event.seq);
    },
    markQueued: async (teamId, channel, placed) => {
      await Promise.all(
        placed.map(({ eventId }) =>
          table.update({
            Key: seenKey(teamId, channel, eventId),
            UpdateExpression: 'SET told = :true',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':true': true },
          }),
        ),
      );
    },
    read: async (teamId, channel, since, until, most) => {
      if (since >= until) return [];
      const now = Math.floor(Date.now() / 1000);
      const events: ChannelEvent[] = [];
      let bytes = 0;
      let start: Record<string, unknown> | undefined;
      do {
        const page = await table.query({
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': eventKey(teamId, channel, 0).pk,
            ':first': eventKey(teamId, channel, since + 1).sk,
            ':last': eventKey(teamId, channel, until).sk,
          },
          ConsistentRead: true,
          Limit: most - events.length,
          ExclusiveStartKey: start,
        });
        // DynamoDB removes expired items within days, and in no order.
        for (const item of (page.Items ?? []).filter(({ ttl }) => Number(ttl) > now)) {
          bytes += Buffer.byteLength(String(item.message));
          if (bytes > MOST_READ_BYTES && events.length > 0) return events;
          events.push(eventIn(item));
        }
        start = page.LastEvaluatedKey;
      } while (start && events.length < most);
      return events;
    },
    last: async (teamId, channel, options) =>
      Number((await table.get(sequenceKey(teamId, channel), options))?.seq ?? 0),
  };
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
