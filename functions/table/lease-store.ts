import { leaseKey } from './keys.ts';
import type { Table } from './table.ts';

/** A lease on work that one caller should do while others wait. It expires, so that a crash does not block others for long. */
export interface Leases {
  /** False while another caller holds the lease. */
  claim(name: string, seconds: number): Promise<boolean>;
  release(name: string): Promise<void>;
}

export const dynamoLeases = (table: Table): Leases => ({
  claim: (name, seconds) => {
    const now = Math.floor(Date.now() / 1000);
    // A claim whose answer was lost is sent again by the SDK, and has to know itself.
    const holder = crypto.randomUUID();
    return table.put({
      Item: { ...leaseKey(name), holder, ttl: now + seconds },
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now OR holder = :holder',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': now, ':holder': holder },
    });
  },
  release: (name) => table.remove(leaseKey(name)),
});
