import { sequenceKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { dynamoRejoins, type RejoinStore } from './rejoin-store.ts';
import { whileIdle } from './sequence-lifetime.ts';

/** The events to send in a channel: those after `delivered` up to `seq`. */
export interface ChannelLease {
  readonly seq: number;
  readonly delivered: number;
  /** How often subscribers requested to rejoin, and how many of these requests were seen to before the channel was last released. */
  readonly asked: number;
  readonly admitted: number;
  /** Identifies a round. */
  readonly round: number;
}

/** The state of a channel. */
export interface ChannelStatus {
  readonly underWay: number | undefined;
  readonly seq: number;
  readonly delivered: number;
}

/**
 * One caller at a time sends in a channel, so that no connection gets a later event before an earlier one:
 *
 *     free --claim--> held {holder, until, round} --next (more events came)--> held --release (none came)--> free
 *
 * A caller that appends an event and finds the channel leased can return: the lease holder cannot release it before it has seen
 * the event. A lease holder renews its lease; a crashed one does not, and is replaced once `until` has passed.
 */
export interface ChannelLeaseStore extends RejoinStore {
  /** Undefined while another invocation holds the lease. A holder may repeat its claim. */
  claim(holder: string): Promise<ChannelLease | undefined>;
  /** Renews the lease. False when another invocation took the channel over. */
  renew(holder: string): Promise<boolean>;
  /** Stores the round as delivered and begins the next; undefined when another invocation took the channel over. */
  next(holder: string, done: ChannelLease): Promise<ChannelLease | undefined>;
  /** Stores the round as delivered and releases the channel. False when more events have come meanwhile. */
  release(holder: string, done: ChannelLease): Promise<boolean>;
  /** Releases the channel although more events may have come: another invocation will continue. */
  abandon(holder: string): Promise<void>;
  /** The current round, the last `seq`, and the last delivered one. */
  status(): Promise<ChannelStatus>;
}

/** Lease length: the longest silence of a channel after its holder crashed. A holder renews three times in it. */
export const LEASE_MILLISECONDS = 3_000;

const leaseIn = (item: Record<string, unknown> | undefined): ChannelLease | undefined =>
  item && {
    seq: Number(item.seq ?? 0),
    delivered: Number(item.delivered ?? 0),
    asked: Number(item.asked ?? 0),
    admitted: Number(item.admitted ?? 0),
    round: Number(item.round),
  };
const statusIn = (item: Record<string, unknown> | undefined): ChannelStatus => {
  const held = item?.holder !== undefined && Number(item.until) > Date.now();
  return {
    underWay: held ? Number(item.round) : undefined,
    seq: Number(item?.seq ?? 0),
    delivered: Number(item?.delivered ?? 0),
  };
};
const UNTIL = { '#until': 'until' };
const UNTIL_AND_ROUND = { ...UNTIL, '#round': 'round' };

/** The rounds of one channel. */
export const dynamoChannelLeases = (table: Table, teamId: string, channel: string): ChannelLeaseStore => {
  const Key = sequenceKey(teamId, channel);
  const idle = whileIdle(channel);
  /** Changes the channel, if this invocation still holds it. */
  const asHolder = (
    holder: string,
    UpdateExpression: string,
    values: object = {},
    names: Record<string, string> = UNTIL,
  ) =>
    table.update({
      Key,
      UpdateExpression,
      ConditionExpression: 'holder = :holder',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':holder': holder, ...values },
      ReturnValues: 'ALL_NEW',
    });

  return {
    ...dynamoRejoins(table, teamId, channel),
    claim: async (holder) => {
      const now = Date.now();
      const answer = await table.update({
        Key,
        UpdateExpression: `SET holder = :holder, #until = :until${idle ? `, ${idle.assignment}` : ''} ADD #round :one`,
        // The holder itself as well: when the answer to a claim is lost, the SDK repeats it.
        ConditionExpression: 'attribute_not_exists(holder) OR #until < :now OR holder = :holder',
        ExpressionAttributeNames: { ...UNTIL_AND_ROUND, ...idle?.names },
        ExpressionAttributeValues: {
          ...{ ':holder': holder, ':until': now + LEASE_MILLISECONDS, ':now': now, ':one': 1 },
          ...idle?.values,
        },
        ReturnValues: 'ALL_NEW',
      });
      return leaseIn(answer?.Attributes);
    },
    renew: async (holder) =>
      (await asHolder(holder, 'SET #until = :until', { ':until': Date.now() + LEASE_MILLISECONDS })) !== undefined,
    next: async (holder, done) => {
      const values = { ':done': done.seq, ':until': Date.now() + LEASE_MILLISECONDS, ':one': 1 };
      const update = 'SET delivered = :done, #until = :until ADD #round :one';
      return leaseIn((await asHolder(holder, update, values, UNTIL_AND_ROUND))?.Attributes);
    },
    release: async (holder, { seq, asked }) => {
      const answer = await table.update({
        Key,
        UpdateExpression: `SET delivered = :seq${asked === 0 ? '' : ', admitted = :asked'} REMOVE holder, #until`,
        ConditionExpression: [
          'holder = :holder',
          seq === 0 ? 'attribute_not_exists(seq)' : 'seq = :seq',
          asked === 0 ? 'attribute_not_exists(asked)' : 'asked = :asked',
        ].join(' AND '),
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':holder': holder, ':seq': seq, ...(asked === 0 ? {} : { ':asked': asked }) },
      });
      return answer !== undefined;
    },
    abandon: async (holder) => {
      await asHolder(holder, 'REMOVE holder, #until');
    },
    status: async () => statusIn(await table.get(Key)),
  };
};
