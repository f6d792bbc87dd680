import { boundFor, type CountedFor } from '../domain/counted-for.ts';
import type { Clock } from '../domain/ports.ts';
import { countOnce } from '../table/count-once.ts';
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
    const counted = await countOnce(table, {
      Key: begunKey(holder.id, now.toISOString().slice(0, 'yyyy-mm-dd'.length)),
      attribute: 'channels',
      by: 1,
      set: { ttl: Math.floor(now.getTime() / 1000) + KEPT_SECONDS },
      when: 'attribute_not_exists(#count) OR #count < :most',
      values: { ':most': boundFor(holder, most) },
    });
    return counted !== undefined;
  },
});
