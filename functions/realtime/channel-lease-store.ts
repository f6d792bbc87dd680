import { MediaError } from '../domain/errors.ts';
import { joiningKey, sequenceKey, subscriberKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** What is to be sent in a channel: everything after `delivered` up to `seq`. */
export interface ChannelLease {
  readonly seq: number;
  readonly delivered: number;
  /** How often subscribers asked to be let in. */
  readonly asked: number;
  /** Tells one round from the next. */
  readonly round: number;
}

/** A subscriber that has everything up to `after` and waits to be let in. */
export interface PendingRejoin {
  readonly connectionId: string;
  readonly after: number;
}

/** Where a channel stands. */
export interface ChannelStatus {
  readonly underWay: number | undefined;
  readonly seq: number;
  readonly delivered: number;
}

/**
 * Sending in a channel is one caller's work at a time, so that no connection gets a later event before an earlier one:
 *
 *     free --claim--> held {holder, until, round} --next (more came meanwhile)--> held --release (nothing did)--> free
 *
 * A caller that places an event and finds the channel held may go: the holder cannot release it before it has seen the event.
 * A holder says that it is still at it; one that died does not, and is replaced once `until` has passed.
 */
export interface ChannelLeaseStore {
  /** Undefined while another invocation holds the channel. */
  claim(holder: string): Promise<ChannelLease | undefined>;
  /** The holder is still at it. False when another invocation took the channel over. */
  renew(holder: string): Promise<boolean>;
  /** Notes the round as delivered and begins the next; undefined when another invocation took the channel over. */
  next(holder: string, done: ChannelLease): Promise<ChannelLease | undefined>;
  /** Notes the round as delivered and frees the channel. False when more has come meanwhile. */
  release(holder: string, done: ChannelLease): Promise<boolean>;
  /** Frees the channel though more may have come: another invocation will go on. */
  abandon(holder: string): Promise<void>;
  /** The round that is under way, the last `seq`, and how far everything was delivered. */
  status(): Promise<ChannelStatus>;
  /** From the next round on the subscriber is left out. False when it is none. */
  pause(connectionId: string): Promise<boolean>;
  /** Lets a subscriber in that has everything up to `after`, if the channel is free and nothing is to be sent. False otherwise. */
  rejoinNow(joining: PendingRejoin): Promise<boolean>;
  /** Asks for a subscriber to be let in again, by a round, that has everything up to `after`. */
  requestRejoin(joining: PendingRejoin): Promise<void>;
  pendingRejoins(): Promise<readonly PendingRejoin[]>;
  /** Lets a subscriber in. */
  completeRejoin(connectionId: string): Promise<void>;
}

/** Long enough for a holder that is held up to say that it lives. */
export const LEASE_MILLISECONDS = 30_000;
const REJOIN_KEPT_SECONDS = 3600;
/** Let in at once; the rest comes with the next round. */
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

  return {
    claim: async (holder) => {
      const now = Date.now();
      const answer = await table.update({
        Key,
        UpdateExpression: 'SET holder = :holder, #until = :until ADD #round :one',
        ConditionExpression: 'attribute_not_exists(holder) OR #until < :now',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':holder': holder, ':until': now + LEASE_MILLISECONDS, ':now': now, ':one': 1 },
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
      // A subscriber that was catching up already may have asked to be let in, from an earlier place.
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
        // Many come at once; a round lets in those who get in each other's way.
        if (error instanceof MediaError && error.code === 'BUSY') return false;
        throw error;
      }
    },
    requestRejoin: async ({ connectionId, after }) => {
      const ttl = Math.floor(Date.now() / 1000) + REJOIN_KEPT_SECONDS;
      await table.put({ Item: { ...joiningKey(teamId, channel, connectionId), connectionId, after, ttl } });
      await table.update({
        Key,
        UpdateExpression: 'ADD asked :one',
        ExpressionAttributeValues: { ':one': 1 },
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
      // It left while it was catching up.
      if (failed.includes(0)) await table.remove(joiningKey(teamId, channel, connectionId));
    },
  };
};
