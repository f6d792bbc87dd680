import type { ChannelEvent, DomainEvent } from '../domain/channels.ts';
import { eventKey, seenKey, sequenceKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import {
  type AppendOptions,
  type ChannelRef,
  eventIn,
  MOST_IN_ONE,
  type Placed,
  placeEvents,
} from './append-events.ts';

export type { AppendOptions, Placed } from './append-events.ts';

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

/** Lambda's answers end at 6 MB, and a quote in an event is two characters there. */
const MOST_READ_BYTES = 2_500_000;

/** Keeps the logs of channels in DynamoDB. */
export const dynamoEventLog = (table: Table): EventLog => ({
  append: async (teamId, channel, domainEvents, options = {}) => {
    const placed: Placed[] = [];
    for (let start = 0; start < domainEvents.length; start += MOST_IN_ONE) {
      const batch = domainEvents.slice(start, start + MOST_IN_ONE);
      placed.push(...(await placeEvents(table, { teamId, channel }, batch, options)));
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
  read: (teamId, channel, since, until, most) => readEvents(table, { teamId, channel }, since, until, most),
  last: async (teamId, channel, options) => Number((await table.get(sequenceKey(teamId, channel), options))?.seq ?? 0),
});

const readEvents = async (
  table: Table,
  { teamId, channel }: ChannelRef,
  since: number,
  until: number,
  most: number,
): Promise<readonly ChannelEvent[]> => {
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
};
