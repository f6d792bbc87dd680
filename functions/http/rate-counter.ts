import { MediaError } from '../domain/errors.ts';
import { countOnce } from '../table/count-once.ts';
import { rateKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { TakeCalls } from './rate-limit.ts';

const WINDOW_SECONDS = 60;

/**
 * Counters of calls in DynamoDB, one item for a caller and a minute. A throttled counter lets the call pass: if it refused all
 * callers whenever the table is busy, a slow minute would become an outage.
 */
export const dynamoRateCounter =
  (table: Table): TakeCalls =>
  async (subject, window, calls) => {
    try {
      const counted = await countOnce(table, {
        Key: rateKey(subject, window),
        attribute: 'taken',
        by: calls,
        set: { ttl: (window + 2) * WINDOW_SECONDS },
      });
      return counted && Number(counted.taken);
    } catch (error) {
      if (error instanceof MediaError && error.code === 'BUSY') return undefined;
      throw error;
    }
  };
