import { type ChannelEvent, connectionChannel, type Happening } from '../domain/channels.ts';
import { eventKey, sequenceKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';

/**
 * The log of a channel: a sequence, its events, and a mark for each stream record that was taken in. The three are written
 * in one transaction, so a record that comes again finds its mark and takes no second place.
 *
 *     SEQUENCE {seq, delivered} --+1--> EVENT#<seq>   SEEN#<stream record> -> seq
 */
export interface EventLog {
  /** Gives each happening its place, in order. Answers every event of them that was not delivered yet, known ones included. */
  append(teamId: string, channel: string, happenings: readonly Happening[]): Promise<readonly ChannelEvent[]>;
  /** Events after `since` up to `until`, oldest first, without those that are older than a day; at most `most`. */
  read(teamId: string, channel: string, since: number, until: number, most: number): Promise<readonly ChannelEvent[]>;
  /** The last `seq` that was given; 0 where nothing has happened yet. */
  last(teamId: string, channel: string, options?: { consistent?: boolean }): Promise<number>;
}

const KEPT_SECONDS = 24 * 3600;
/** A transaction holds 100 items: the sequence, and an event and a mark for each happening. */
const MOST_IN_ONE = 49;
const ATTEMPTS = 10;

const seenKey = (teamId: string, channel: string, eventId: string) => ({
  pk: `SEEN#${teamId}#${channel}#${eventId}`,
  sk: 'SEEN',
});
/** Events are kept as text: published data may be any JSON, and not all of that has a form in DynamoDB. */
const eventIn = (item: Record<string, unknown>): ChannelEvent => JSON.parse(String(item.message));

export const dynamoEventLog = (table: Table): EventLog => {
  const place = async (teamId: string, channel: string, happenings: readonly Happening[]): Promise<ChannelEvent[]> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [sequence, ...marks] = await Promise.all([
        table.get(sequenceKey(teamId, channel)),
        ...happenings.map(({ eventId }) => table.get(seenKey(teamId, channel, eventId))),
      ]);
      const last = Number(sequence?.seq ?? 0);
      const delivered = Number(sequence?.delivered ?? 0);
      const fresh = happenings.filter((_, index) => !marks[index]);
      const known = marks.flatMap((mark) => (mark ? [Number(mark.seq)] : [])).filter((seq) => seq > delivered);
      const earlier = await Promise.all(known.map((seq) => table.get(eventKey(teamId, channel, seq))));
      const undelivered = earlier.flatMap((item) => (item ? [eventIn(item)] : []));
      if (fresh.length === 0) return undelivered;

      const events = fresh.map(
        ({ event, data, at, from }, index): ChannelEvent => ({
          type: 'event',
          channel,
          seq: last + index + 1,
          event,
          data,
          at,
          ...(from ? { from } : {}),
        }),
      );
      const ttl = Math.floor(Date.now() / 1000) + KEPT_SECONDS;
      const failed = await table.transact([
        advance(sequenceKey(teamId, channel), last, last + events.length, isPassing(channel) ? ttl : undefined),
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
      if (failed.length === 0) return [...undelivered, ...events];
    }
    throw new Error(`channel ${channel}: its sequence moved ${ATTEMPTS} times in a row`);
  };

  return {
    append: async (teamId, channel, happenings) => {
      const placed: ChannelEvent[] = [];
      for (let start = 0; start < happenings.length; start += MOST_IN_ONE) {
        placed.push(...(await place(teamId, channel, happenings.slice(start, start + MOST_IN_ONE))));
      }
      return placed.sort((one, other) => one.seq - other.seq);
    },
    read: async (teamId, channel, since, until, most) => {
      if (since >= until) return [];
      const now = Math.floor(Date.now() / 1000);
      const events: ChannelEvent[] = [];
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
        // DynamoDB removes what is over its time within days, and in no order.
        events.push(...(page.Items ?? []).filter(({ ttl }) => Number(ttl) > now).map(eventIn));
        start = page.LastEvaluatedKey;
      } while (start && events.length < most);
      return events;
    },
    last: async (teamId, channel, options) =>
      Number((await table.get(sequenceKey(teamId, channel), options))?.seq ?? 0),
  };
};

/** A connection's own channel is of no use after it, and its id is never given again. All other sequences stay. */
const isPassing = (channel: string): boolean => channel.startsWith(connectionChannel(''));

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
