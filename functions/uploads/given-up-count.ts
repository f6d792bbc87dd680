import { countedFor } from '../domain/counted-for.ts';
import type { UploadSession } from '../domain/upload.ts';
import { givenUpKey } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';

/**
 * Uploads that a person, or their keys, gave up in an hour. Such an upload counts as unfinished no more, but the sweep still has
 * to look for bytes whose signature outlives it. Each hour has an item of its own, which expires.
 */
const HOUR_SECONDS = 3600;

type Opener = Pick<UploadSession, 'userId' | 'by'>;

const hourOf = (at: Date): number => Math.floor(at.getTime() / 1000 / HOUR_SECONDS);
const counterOf = ({ userId, by }: Opener, at: Date): Key => givenUpKey(countedFor(userId, by).id, hourOf(at));

/** Seconds until another hour begins. */
export const untilNextHour = (at: Date): number => HOUR_SECONDS - (Math.floor(at.getTime() / 1000) % HOUR_SECONDS);

/** Counts one, in the transaction that gives up the upload. */
export const oneGivenUp = (opener: Opener, at: Date): TransactItem => ({
  Update: {
    Key: counterOf(opener, at),
    UpdateExpression: 'ADD #count :one SET #ttl = :ttl',
    ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':one': 1, ':ttl': (hourOf(at) + 2) * HOUR_SECONDS },
  },
});

export const readGivenUp = async (table: Table, opener: Opener, at: Date): Promise<number> =>
  Number((await table.get(counterOf(opener, at)))?.count ?? 0);
