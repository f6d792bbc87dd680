import { MediaError } from '../domain/errors.ts';
import { joiningKey, sequenceKey, subscriberKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { whileIdle } from './sequence-lifetime.ts';

/** A subscriber that has everything up to `after` and waits to rejoin. */
export interface PendingRejoin {
  readonly connectionId: string;
  readonly after: number;
}

/** Subscribers of a channel that catch up with it by themselves, and join again once they have. */
export interface RejoinStore {
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

const REJOIN_KEPT_SECONDS = 3600;
/** Admitted at once; the others with the next round. */
export const MOST_REJOINS = 200;

/** The channel is free, with nothing to send after this event: the next claim finds the subscriber among the others. */
const freeAt = (seq: number) =>
  seq === 0
    ? { ConditionExpression: 'attribute_not_exists(holder) AND attribute_not_exists(seq)' }
    : {
        ConditionExpression: 'attribute_not_exists(holder) AND seq = :after AND delivered = :after',
        ExpressionAttributeValues: { ':after': seq },
      };

/** The subscribers of one channel that catch up. */
export const dynamoRejoins = (table: Table, teamId: string, channel: string): RejoinStore => {
  const Key = sequenceKey(teamId, channel);
  const idle = whileIdle(channel);
  const letIn = (connectionId: string) => ({
    Key: subscriberKey(teamId, channel, connectionId),
    UpdateExpression: 'REMOVE catchingUp',
    ConditionExpression: 'attribute_exists(pk)',
  });

  return {
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
      const items = [{ ConditionCheck: { Key, ...freeAt(after) } }, { Update: letIn(connectionId) }];
      try {
        return (await table.transact(items, { attempts: 1 })).length === 0;
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
        UpdateExpression: `${idle ? `SET ${idle.assignment} ` : ''}ADD asked :one`,
        ...(idle ? { ExpressionAttributeNames: idle.names } : {}),
        ExpressionAttributeValues: { ':one': 1, ...idle?.values },
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
        { Update: letIn(connectionId) },
        { Delete: { Key: joiningKey(teamId, channel, connectionId), ConditionExpression: 'attribute_exists(pk)' } },
      ]);
      // It unsubscribed while it was catching up.
      if (failed.includes(0)) await table.remove(joiningKey(teamId, channel, connectionId));
    },
  };
};
