import { MediaError } from '../domain/errors.ts';
import type { Key, Table, TransactItem, TransactItems } from './table.ts';

/**
 * A bounded number of items. The count is a separate item, and changes in the transaction that makes or removes an item, so
 * concurrent calls never exceed the bound. When a call reaches the bound, the items are counted again, for libraries from
 * before the count and for items that DynamoDB removed by TTL.
 */
export interface Bound {
  readonly key: Key;
  readonly most: number;
  /** Counts the things themselves. */
  readonly count: () => Promise<number>;
  /** How long `count` may lag behind. Items are not counted again until that long after the last one was made. */
  readonly lagSeconds?: number;
}

const NAMES = { '#count': 'count', '#changes': 'changes' } as const;
const ATTEMPTS = 8;
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** One thing less, for the transaction that removes it on condition that it is there. */
export const oneLess = (key: Key): TransactItem => ({
  Update: {
    Key: key,
    UpdateExpression: 'ADD #count :less, #changes :one',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ':less': -1, ':one': 1 },
  },
});

const oneMore = ({ key, most }: Pick<Bound, 'key' | 'most'>): TransactItem => ({
  Update: {
    Key: key,
    UpdateExpression: 'ADD #count :one, #changes :one SET #madeAt = :now',
    ConditionExpression: '#isCounted = :true AND #count < :most',
    ExpressionAttributeNames: { ...NAMES, '#madeAt': 'madeAt', '#isCounted': 'isCounted' },
    ExpressionAttributeValues: { ':one': 1, ':now': nowSeconds(), ':true': true, ':most': most },
  },
});

/** Whether a new count leaves room. It is stored unless items were made or removed meanwhile, which would make it wrong. */
const countAnew = async (table: Table, { key, most, count, lagSeconds = 0 }: Bound): Promise<boolean> => {
  const item = await table.get(key);
  const isCounted = item?.isCounted === true;
  if (isCounted && Number(item.count) < most) return true;
  if (isCounted && nowSeconds() - Number(item.madeAt ?? 0) < lagSeconds) return false;
  const found = await count();
  const changes = item?.changes;
  await table.update({
    Key: key,
    UpdateExpression: 'SET #count = :found, #isCounted = :true ADD #changes :one',
    ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
    ExpressionAttributeNames: { ...NAMES, '#isCounted': 'isCounted' },
    ExpressionAttributeValues: {
      ':found': found,
      ':true': true,
      ':one': 1,
      ...(changes === undefined ? {} : { ':changes': changes }),
    },
  });
  return found < most;
};

/**
 * Writes these items and counts one more in one transaction. `full` when the bound leaves no room; otherwise the positions of
 * items whose condition did not hold, as `transact` answers them.
 */
export const makeWithin = async (
  table: Table,
  bound: Bound,
  items: TransactItems,
): Promise<'full' | readonly number[]> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const failed = await table.transact([...items, oneMore(bound)]);
    const others = failed.filter((position) => position < items.length);
    if (failed.length === 0 || others.length > 0) return others;
    if (!(await countAnew(table, bound))) return 'full';
  }
  throw new MediaError('BUSY', 'What is counted here keeps changing', { retryAfter: 1 });
};
