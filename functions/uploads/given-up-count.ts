import { countedFor } from '../domain/counted-for.ts';
import type { UploadSession } from '../domain/upload.ts';
import { ABOVE, givenUpKey, SHARDS_OF_PARTITION } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';

/**
 * Uploads that a person, or their keys, gave up in an hour. Such an upload counts as unfinished no more, but the sweep still has
 * to look for bytes whose signature outlives it. Each hour has an item of its own, which expires;
 * those who meet others there have more of them.
 */
const HOUR_SECONDS = 3600;

type Opener = Pick<UploadSession, 'userId' | 'by'>;

const hourOf = (at: Date): number => Math.floor(at.getTime() / 1000 / HOUR_SECONDS);
const counterOf = ({ userId, by }: Opener, at: Date, shard?: number): Key =>
  givenUpKey(countedFor(userId, by).id, hourOf(at), shard);

/** Seconds until another hour begins. */
export const untilNextHour = (at: Date): number => HOUR_SECONDS - (Math.floor(at.getTime() / 1000) % HOUR_SECONDS);

const oneMoreIn = (counter: Key, at: Date): TransactItem => ({
  Update: {
    Key: counter,
    UpdateExpression: 'ADD #count :one SET #ttl = :ttl',
    ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':one': 1, ':ttl': (hourOf(at) + 2) * HOUR_SECONDS },
  },
});

/** Counts one, in the transaction that gives up the upload. */
export const oneGivenUp = (opener: Opener, at: Date): TransactItem => ({
  ...oneMoreIn(counterOf(opener, at), at),
  instead: async () => oneMoreIn(counterOf(opener, at, Math.floor(Math.random() * SHARDS_OF_PARTITION)), at),
});

/** A number that was read is used again for so long, and by so many openers, while it is below half of what they may give up. */
const REMEMBERED_MILLISECONDS = 10_000;
const MOST_REMEMBERED = 1000;

/**
 * How many uploads an opener gave up in the hour of a time. A bulk import would read the same zero before each of its uploads; what
 * a person gives up within those seconds is bounded by their rate limit.
 */
export const givenUpReader = (table: Table) => {
  const known = new Map<string, { readonly at: number; readonly count: number }>();
  return async (opener: Opener, at: Date, most = 0): Promise<number> => {
    const { pk, sk } = counterOf(opener, at);
    const before = known.get(`${pk} ${sk}`);
    const isFresh = before && Math.abs(at.getTime() - before.at) < REMEMBERED_MILLISECONDS;
    if (isFresh && before.count < most / 2) return before.count;
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': sk, ':last': `${sk}#${ABOVE}` },
      ConsistentRead: true,
    });
    const count = Items.reduce((sum, item) => sum + Number(item.count ?? 0), 0);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(`${pk} ${sk}`, { at: at.getTime(), count });
    return count;
  };
};
