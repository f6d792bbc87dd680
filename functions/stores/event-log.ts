import type { ChannelEvent, Happening } from '../domain/channels.ts';
import { channelPk } from './keys.ts';
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
  /** Notes that everything up to `seq` went out. */
  delivered(teamId: string, channel: string, seq: number): Promise<void>;
}

const KEPT_SECONDS = 24 * 3600;
const SEQ_DIGITS = 12;
/** A transaction holds 100 items: the sequence, and an event and a mark for each happening. */
const MOST_IN_ONE = 49;
const ATTEMPTS = 10;

const seenKey = (teamId: string, channel: string, eventId: string) => ({
  pk: `SEEN#${teamId}#${channel}#${eventId}`,
  sk: 'SEEN',
});
const eventKey = (pk: string, seq: number) => ({ pk, sk: `EVENT#${String(seq).padStart(SEQ_DIGITS, '0')}` });

export const dynamoEventLog = (table: Table): EventLog => {
  const place = async (teamId: string, channel: string, happenings: readonly Happening[]): Promise<ChannelEvent[]> => {
    const pk = channelPk(teamId, channel);
    const sequenceKey = { pk, sk: 'SEQUENCE' };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [sequence, ...marks] = await Promise.all([
        table.get(sequenceKey),
        ...happenings.map(({ eventId }) => table.get(seenKey(teamId, channel, eventId))),
      ]);
      const last = Number(sequence?.seq ?? 0);
      const delivered = Number(sequence?.delivered ?? 0);
      const fresh = happenings.filter((_, index) => !marks[index]);
      const known = marks.flatMap((mark) => (mark ? [Number(mark.seq)] : [])).filter((seq) => seq > delivered);
      const earlier = await Promise.all(known.map((seq) => table.get(eventKey(pk, seq))));
      const undelivered = earlier.flatMap((item) => (item ? [item.message as ChannelEvent] : []));
      if (fresh.length === 0) return undelivered;

      const events = fresh.map(
        ({ event, data, at }, index): ChannelEvent => ({
          type: 'event',
          channel,
          seq: last + index + 1,
          event,
          data,
          at,
        }),
      );
      const ttl = Math.floor(Date.now() / 1000) + KEPT_SECONDS;
      const failed = await table.transact([
        advance(sequenceKey, last, last + events.length),
        ...events.map((message): TransactItem => ({ Put: { Item: { ...eventKey(pk, message.seq), message, ttl } } })),
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
    delivered: async (teamId, channel, seq) => {
      await table.update({
        Key: { pk: channelPk(teamId, channel), sk: 'SEQUENCE' },
        UpdateExpression: 'SET delivered = :seq',
        ConditionExpression: 'attribute_not_exists(delivered) OR delivered < :seq',
        ExpressionAttributeValues: { ':seq': seq },
      });
    },
  };
};

const advance = (key: { pk: string; sk: string }, from: number, to: number): TransactItem => ({
  Update: {
    Key: key,
    UpdateExpression: 'SET seq = :to',
    ConditionExpression: from === 0 ? 'attribute_not_exists(seq)' : 'seq = :from',
    ExpressionAttributeValues: from === 0 ? { ':to': to } : { ':to': to, ':from': from },
  },
});
