import { shardKey } from '../table/keys.ts';
import type { Key, TransactItem } from '../table/table.ts';
import { type ShardedItems, shardedItemsOf } from './total-shards.ts';
import { countersIn, type TotalsDelta } from './totals.ts';

/**
 * Sets figures of a counter to what a count of the things themselves found. All that is wrong is put right in the first item; the
 * shards stay, and must be as they were read.
 */
export const setCounter = (
  counter: Key,
  count: TotalsDelta,
  stored: ShardedItems | undefined,
  beside: Readonly<Record<string, unknown>> = {},
): readonly TransactItem[] => {
  const { shards, most } = stored ?? shardedItemsOf([]);
  const checks = Array.from({ length: most }, (_, shard): TransactItem => {
    return { ConditionCheck: asRead(shardKey(counter, shard), shards.get(shard)?.changes) };
  });
  return [setFirst(counter, count, stored, beside), ...checks];
};

/** The same without regard to shards: what they count meanwhile counts beside it. */
export const setFirst = (
  counter: Key,
  count: TotalsDelta,
  stored: ShardedItems | undefined,
  beside: Readonly<Record<string, unknown>> = {},
): TransactItem => {
  const { first, shards } = stored ?? shardedItemsOf([]);
  const inShards = countersIn({ first: {}, shards });
  const right = [
    ...Object.entries(count).map(([name, value]) => [name, value - (inShards[name] ?? 0)] as const),
    ...Object.entries(beside),
  ];
  const { ExpressionAttributeValues, ...same } = asRead(counter, first.changes);
  return {
    Update: {
      ...same,
      UpdateExpression: `SET ${right.map((_, index) => `#${index} = :${index}`).join(', ')} ADD #changes :one`,
      ExpressionAttributeNames: {
        ...same.ExpressionAttributeNames,
        ...Object.fromEntries(right.map(([name], index) => [`#${index}`, name])),
      },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ':one': 1,
        ...Object.fromEntries(right.map(([, value], index) => [`:${index}`, value])),
      },
    },
  };
};

/** The condition that an item of a counter has changed as often as when it was read; an absent one, that it is absent still. */
const asRead = (Key: Key, changes: unknown) => ({
  Key,
  ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
  ExpressionAttributeNames: { '#changes': 'changes' },
  ...(changes === undefined ? {} : { ExpressionAttributeValues: { ':changes': changes } }),
});
