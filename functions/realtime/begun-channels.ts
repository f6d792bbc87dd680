import { boundFor, type CountedFor } from '../domain/counted-for.ts';
import type { Clock } from '../domain/ports.ts';
import { begunKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** Channels and rooms that a person may publish to as the first, on one day; the keys of a person have half as many. */
export const MOST_BEGUN = 2000;
const KEPT_SECONDS = 2 * 24 * 3600;

/**
 * The number of channels that a person begins: a sequence is kept for half a year after its last message, and a name costs
 * nothing, whether any connection listens or not.
 */
export interface BegunChannels {
  /** Counts one more; false when the person, or the keys of one, have begun as many as they may on this day. */
  count(holder: CountedFor): Promise<boolean>;
}

export const dynamoBegunChannels = (table: Table, clock: Clock, most = MOST_BEGUN): BegunChannels => ({
  count: async (holder) => {
    const now = clock();
    const counted = await table.update({
      Key: begunKey(holder.id, now.toISOString().slice(0, 'yyyy-mm-dd'.length)),
      UpdateExpression: 'ADD channels :one SET #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(channels) OR channels < :most',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ...{ ':one': 1, ':most': boundFor(holder, most) },
        ':ttl': Math.floor(now.getTime() / 1000) + KEPT_SECONDS,
      },
    });
    return counted !== undefined;
  },
});
