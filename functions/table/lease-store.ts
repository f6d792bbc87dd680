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
    return table.put({
      Item: { ...leaseKey(name), ttl: now + seconds },
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': now },
    });
  },
  release: (name) => table.remove(leaseKey(name)),
});
