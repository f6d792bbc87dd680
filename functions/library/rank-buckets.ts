import type { MediaKind } from '../domain/media.ts';
import type { OrderBy } from '../domain/ports.ts';
import { bucketSk, bucketsPk, rankedKey } from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { countsOf, type Totals, type TotalsDelta } from './totals.ts';

/** The attribute of an order. */
export type RankedOrder = 'createdSk' | 'filenameSk' | 'sizeSk';

/** The orders that are ranked: the attribute of each, and its indexes of all records and of a kind. */
export const LIST_ORDERS = {
  createdAt: { order: 'createdSk', all: 'byCreated', kind: 'byKindCreated' },
  filename: { order: 'filenameSk', all: 'byFilename', kind: 'byKindFilename' },
  fileSize: { order: 'sizeSk', all: 'bySize', kind: 'byKindSize' },
} as const satisfies Readonly<
  Record<OrderBy, { readonly order: RankedOrder; readonly all: string; readonly kind: string }>
>;
export const RANKED_ORDERS = Object.values(LIST_ORDERS).map(({ order }) => order);

/** The version of the bounds of the lowest bucket before the first split. */
export const FIRST_BOUNDS_VERSION = '';

/** The records of an order from one bound to the next. No record is at a bound. */
export interface RankBucket {
  readonly bound: string;
  readonly count: Totals['active'];
  /** Changes with the bounds. */
  readonly boundsVersion: string;
  /** Changes with the counts. */
  readonly countsVersion: number;
}

export interface BucketsQuery {
  readonly teamId: string;
  readonly generation: string;
  readonly order: RankedOrder;
  readonly forward: boolean;
  readonly consistent: boolean;
}

/** Buckets of one page of a read; a hundred thousand records have a few pages. */
const BUCKETS_IN_ONE = 200;

/** The buckets of an order, one after the other, as they are wanted. */
export async function* bucketsOf(table: Table, query: BucketsQuery): AsyncGenerator<RankBucket> {
  const pages = pagesOf(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': bucketsPk(query.teamId, query.generation, query.order) },
    ScanIndexForward: query.forward,
    ConsistentRead: query.consistent,
    Limit: BUCKETS_IN_ONE,
  });
  for await (const page of pages) for (const item of page) yield bucketIn(item);
}

export const bucketIn = (item: Record<string, unknown>): RankBucket => ({
  bound: String(item.sk).slice(bucketSk('').length),
  count: countsOf(item).active,
  boundsVersion: String(item.cut ?? FIRST_BOUNDS_VERSION),
  countsVersion: Number(item.turn ?? 0),
});

/** The last bucket that begins below a value, by UTF-8 bytes as DynamoDB sorts. */
export const bucketAt = <T extends { readonly bound: string }>(buckets: readonly T[], value: string): T | undefined => {
  const bytes = Buffer.from(value);
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(buckets[middle]?.bound ?? ''), bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return buckets[low - 1];
};

/** Moves the counts of a bucket, unless its bounds are others by now. The lowest one is there without being written. */
export const bucketUpdate = (
  pk: string,
  { bound, boundsVersion }: Pick<RankBucket, 'bound' | 'boundsVersion'>,
  delta: TotalsDelta,
): TransactItem => ({
  Update: {
    Key: { pk, sk: bucketSk(bound) },
    ...adding({ ...delta, turn: 1 }, 'cut = :cut', { ':cut': boundsVersion }),
    ConditionExpression:
      bound === '' && boundsVersion === FIRST_BOUNDS_VERSION ? 'attribute_not_exists(cut) OR cut = :cut' : 'cut = :cut',
  },
});

/** Moves the counts of a team's ranks, unless another generation counts by now. */
export const rankedUpdate = (teamId: string, generation: string, delta: TotalsDelta): TransactItem => ({
  Update: {
    Key: rankedKey(teamId),
    ...adding(delta, 'generation = :generation', { ':generation': generation }),
    ConditionExpression: 'attribute_not_exists(generation) OR generation = :generation',
  },
});

const adding = (delta: TotalsDelta, set: string, values: Record<string, unknown>) => {
  const moved = Object.entries(delta);
  return {
    UpdateExpression: `SET ${set} ADD ${moved.map(([name], index) => `${name} :${index}`).join(', ')}`,
    ExpressionAttributeValues: { ...values, ...Object.fromEntries(moved.map(([, by], index) => [`:${index}`, by])) },
  };
};

/** The position of a record: its kind, and a sort key for each order. */
export type RankedPlace = Readonly<Record<RankedOrder, string>> & { readonly kind: MediaKind };
