import type { OrderBy } from '../domain/ports.ts';
import { rankedKey, stretchesPk, stretchSk } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { countsOf, type Totals, type TotalsDelta } from './totals.ts';

/** The attribute that an order goes by. */
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

/** The cut of the lowest stretch before the first one. */
export const UNCUT = '';

/** The records of an order from one bound to the next. No record stands at a bound. */
export interface Stretch {
  readonly bound: string;
  readonly count: Totals['active'];
  /** Changes with the bounds. */
  readonly cut: string;
  /** Changes with the counts. */
  readonly turn: number;
}

export interface StretchQuery {
  readonly teamId: string;
  readonly generation: string;
  readonly order: RankedOrder;
  readonly forward: boolean;
  readonly consistent: boolean;
}

/** Stretches of one page of a read; those of a hundred thousand records are a few pages. */
const STRETCHES_IN_ONE = 200;

/** The stretches of an order, one after the other, as they are wanted. */
export async function* stretchesOf(table: Table, query: StretchQuery): AsyncGenerator<Stretch> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': stretchesPk(query.teamId, query.generation, query.order) },
      ScanIndexForward: query.forward,
      ConsistentRead: query.consistent,
      Limit: STRETCHES_IN_ONE,
      ExclusiveStartKey: start,
    });
    for (const item of page.Items ?? []) yield stretchIn(item);
    start = page.LastEvaluatedKey;
  } while (start);
}

export const stretchIn = (item: Record<string, unknown>): Stretch => ({
  bound: String(item.sk).slice(stretchSk('').length),
  count: countsOf(item).active,
  cut: String(item.cut ?? UNCUT),
  turn: Number(item.turn ?? 0),
});

/** The last stretch that begins below a value, by UTF-8 bytes as DynamoDB sorts. */
export const stretchAt = <T extends { readonly bound: string }>(
  stretches: readonly T[],
  value: string,
): T | undefined => {
  const bytes = Buffer.from(value);
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(stretches[middle]?.bound ?? ''), bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return stretches[low - 1];
};

/** Moves the counts of a stretch, unless its bounds are others by now. The lowest one is there without being written. */
export const stretchUpdate = (
  pk: string,
  { bound, cut }: Pick<Stretch, 'bound' | 'cut'>,
  delta: TotalsDelta,
): TransactItem => ({
  Update: {
    Key: { pk, sk: stretchSk(bound) },
    ...adding({ ...delta, turn: 1 }, 'cut = :cut', { ':cut': cut }),
    ConditionExpression: bound === '' && cut === UNCUT ? 'attribute_not_exists(cut) OR cut = :cut' : 'cut = :cut',
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
