import { MediaError } from '../domain/errors.ts';
import { joiningKey, sequenceKey, subscriberKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { idleSequenceEnd } from './sequence-lifetime.ts';

/** The events to send in a channel: those after `delivered` up to `seq`. */
export interface ChannelLease {
  readonly seq: number;
  readonly delivered: number;
  /** How often subscribers requested to rejoin. */
  readonly asked: number;
  /** Identifies a round. */
  readonly round: number;
}

/** A subscriber that has everything up to `after` and waits to rejoin. */
export interface PendingRejoin {
  readonly connectionId: string;
  readonly after: number;
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
export interface ChannelLeaseStore {
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
  /** From the next round on the subscriber is excluded. False when it is not subscribed. */
  pause(connectionId: string): Promise<boolean>;
  /** Lets a subscriber in that has everything up to `after`, if the channel is free and nothing is to be sent. False otherwise. */
  rejoinNow(joining: PendingRejoin): Promise<boolean>;
  /** Requests a round to admit a subscriber again that has everything up to `after`. */
  requestRejoin(joining: PendingRejoin): Promise<void>;
  pendingRejoins(): Promise<readonly PendingRejoin[]>;
  /** Lets a subscriber in. */
  completeRejoin(connectionId: string): Promise<void>;
}

/** Lease length: the longest silence of a channel after its holder crashed. A holder renews three times in it. */
export const LEASE_MILLISECONDS = 3_000;
const REJOIN_KEPT_SECONDS = 3600;
/** Admitted at once; the others with the next round. */
export const MOST_REJOINS = 200;

/** The rounds of one channel. */
export const dynamoChannelLeases = (table: Table, teamId: string, channel: string): ChannelLeaseStore => {
  const Key = sequenceKey(teamId, channel);
  const roundIn = (item: Record<string, unknown> | undefined): ChannelLease | undefined =>
    item && {
      seq: Number(item.seq ?? 0),
      delivered: Number(item.delivered ?? 0),
      asked: Number(item.asked ?? 0),
      round: Number(item.round),
    };
  const names = { '#until': 'until', '#round': 'round' };
  // A lease or a request alone makes the item of a channel in which nothing was published, and may be all that there ever is.
  const end = idleSequenceEnd(channel);
  const idle: { set: string; names: Record<string, string>; values: Record<string, number> } = {
    set: end === undefined ? '' : ', #ttl = if_not_exists(#ttl, :ttl)',
    names: end === undefined ? {} : { '#ttl': 'ttl' },
    values: end === undefined ? {} : { ':ttl': end },
  };

  return {
    claim: async (holder) => {
      const now = Date.now();
      const answer = await table.update({
        Key,
        UpdateExpression: `SET holder = :holder, #until = :until${idle.set} ADD #round :one`,
        // The holder itself as well: when the answer to a claim is lost, the SDK repeats it.
        ConditionExpression: 'attribute_not_exists(holder) OR #until < :now OR holder = :holder',
        ExpressionAttributeNames: { ...names, ...idle.names },
        ExpressionAttributeValues: {
          ...{ ':holder': holder, ':until': now + LEASE_MILLISECONDS, ':now': now, ':one': 1 },
          ...idle.values,
        },
        ReturnValues: 'ALL_NEW',
      });
      return roundIn(answer?.Attributes);
    },
    renew: async (holder) => {
      const answer = await table.update({
        Key,
        UpdateExpression: 'SET #until = :until',
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':holder': holder, ':until': Date.now() + LEASE_MILLISECONDS },
      });
      return answer !== undefined;
    },
    next: async (holder, done) => {
      const answer = await table.update({
        Key,
        UpdateExpression: 'SET delivered = :done, #until = :until ADD #round :one',
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':holder': holder,
          ':done': done.seq,
          ':until': Date.now() + LEASE_MILLISECONDS,
          ':one': 1,
        },
        ReturnValues: 'ALL_NEW',
      });
      return roundIn(answer?.Attributes);
    },
    release: async (holder, { seq, asked }) => {
      const answer = await table.update({
        Key,
        UpdateExpression: 'SET delivered = :seq REMOVE holder, #until',
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
      await table.update({
        Key,
        UpdateExpression: 'REMOVE holder, #until',
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':holder': holder },
      });
    },
    status: async () => {
      const item = await table.get(Key);
      const held = item?.holder !== undefined && Number(item.until) > Date.now();
      return {
        underWay: held ? Number(item.round) : undefined,
        seq: Number(item?.seq ?? 0),
        delivered: Number(item?.delivered ?? 0),
      };
    },
    pause: async (connectionId) => {
      const paused = await table.update({
        Key: subscriberKey(teamId, channel, connectionId),
        UpdateExpression: 'SET catchingUp = :true',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':true': true },
        ReturnValues: 'ALL_OLD',
      });
      // A subscriber that was catching up already may have requested to rejoin, from an earlier position.
      if (paused?.Attributes?.catchingUp) await table.remove(joiningKey(teamId, channel, connectionId));
      return paused !== undefined;
    },
    rejoinNow: async ({ connectionId, after }) => {
      const free = {
        Key,
        // The next claim comes after this, and finds the subscriber among the others.
        ConditionExpression:
          after === 0
            ? 'attribute_not_exists(holder) AND attribute_not_exists(seq)'
            : 'attribute_not_exists(holder) AND seq = :after AND delivered = :after',
        ...(after === 0 ? {} : { ExpressionAttributeValues: { ':after': after } }),
      };
      const letIn = {
        Key: subscriberKey(teamId, channel, connectionId),
        UpdateExpression: 'REMOVE catchingUp',
        ConditionExpression: 'attribute_exists(pk)',
      };
      try {
        return (await table.transact([{ ConditionCheck: free }, { Update: letIn }], { attempts: 1 })).length === 0;
      } catch (error) {
        // When many rejoin at once and conflict, the next round admits them.
        if (error instanceof MediaError && error.code === 'BUSY') return false;
        throw error;
      }
    },
    requestRejoin: async ({ connectionId, after }) => {
      const ttl = Math.floor(Date.now() / 1000) + REJOIN_KEPT_SECONDS;
      await table.put({ Item: { ...joiningKey(teamId, channel, connectionId), connectionId, after, ttl } });
      await table.update({
        Key,
        UpdateExpression: `${end === undefined ? '' : 'SET #ttl = if_not_exists(#ttl, :ttl) '}ADD asked :one`,
        ...(end === undefined ? {} : { ExpressionAttributeNames: idle.names }),
        ExpressionAttributeValues: { ':one': 1, ...idle.values },
      });
    },
    pendingRejoins: async () => {
      const { Items = [] } = await table.query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': Key.pk, ':first': 'JOINING#', ':last': 'JOINING#\uffff' },
        ConsistentRead: true,
        Limit: MOST_REJOINS,
      });
      return Items.map(({ connectionId, after }) => ({ connectionId: String(connectionId), after: Number(after) }));
    },
    completeRejoin: async (connectionId) => {
      const failed = await table.transact([
        {
          Update: {
            Key: subscriberKey(teamId, channel, connectionId),
            UpdateExpression: 'REMOVE catchingUp',
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        { Delete: { Key: joiningKey(teamId, channel, connectionId), ConditionExpression: 'attribute_exists(pk)' } },
      ]);
      // It unsubscribed while it was catching up.
      if (failed.includes(0)) await table.remove(joiningKey(teamId, channel, connectionId));
    },
  };
};
