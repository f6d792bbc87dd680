import { MediaError } from '../domain/errors.ts';
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
      const answer = await table.update({
        Key: rateKey(subject, window),
        UpdateExpression: 'ADD taken :calls SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':calls': calls, ':ttl': (window + 2) * WINDOW_SECONDS },
        ReturnValues: 'UPDATED_NEW',
      });
      return Number(answer?.Attributes?.taken);
    } catch (error) {
      if (error instanceof MediaError && error.code === 'BUSY') return undefined;
      throw error;
    }
  };
