import { listRange } from '../table/index-keys.ts';
import { bucketSk, bucketsPk, rankedKey } from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import { slices } from '../table/slices.ts';
import type { Table, TransactItem } from '../table/table.ts';
import {
  bucketsOf,
  FIRST_BOUNDS_VERSION,
  LIST_ORDERS,
  RANKED_ORDERS,
  type RankBucket,
  type RankedOrder,
} from './rank-buckets.ts';
import { countsOf } from './totals.ts';

/** A bucket in a writer's memory: its present count, and the moves to wait for before it is split. */
export type Known = RankBucket & { size: number; rest: number };

export interface TeamRanks {
  readonly generation: string;
  /** By bound; the first is the lowest. */
  readonly orders: Readonly<Record<RankedOrder, Known[]>>;
}

const FIRST_GENERATION = '0';
/** The limit of one transaction. */
const ITEMS_IN_ONE = 100;

export const LOWEST: RankBucket = {
  bound: '',
  boundsVersion: FIRST_BOUNDS_VERSION,
  countsVersion: 0,
  count: countsOf({}).active,
};

export const knownStretch = (bucket: RankBucket): Known => ({ ...bucket, size: bucket.count.all, rest: 0 });

/** Whether this rebuild began a generation. */
export const isOfRun = (generation: string, run: string): boolean => generation.startsWith(`${run}/`);

/** The current generation of a team, and its buckets. */
export const loadRanks = async (table: Table, teamId: string): Promise<TeamRanks> => {
  const generation = String((await table.get(rankedKey(teamId)))?.generation ?? FIRST_GENERATION);
  const read = async (order: RankedOrder): Promise<Known[]> => {
    const query = { teamId, generation, order, forward: true, consistent: true };
    const known: Known[] = [];
    for await (const bucket of bucketsOf(table, query)) known.push(knownStretch(bucket));
    return known[0]?.bound === '' ? known : [knownStretch(LOWEST), ...known];
  };
  const orders = await Promise.all(RANKED_ORDERS.map(async (order) => [order, await read(order)] as const));
  return { generation, orders: Object.fromEntries(orders) as unknown as TeamRanks['orders'] };
};

/**
 * Sets the counts of a team to zero in a new generation, and removes the counts of the former one.
 *
 * The list gives the bounds, one after so many records. They are written before the generation is used, under a name that no
 * other call has: of two concurrent calls, the second fails at the condition and removes its bounds. Without them, the whole
 * library would be counted in one bucket that cannot be split before most of it is counted.
 */
export const beginRanks = async (
  table: Table,
  teamId: string,
  before: TeamRanks,
  run: string,
  apart: number,
): Promise<void> => {
  const generation = `${run}/${crypto.randomUUID()}`;
  const laid = await Promise.all(RANKED_ORDERS.map((order) => layBounds(table, { teamId, generation, order }, apart)));
  const begun = await table.put({
    Item: { ...rankedKey(teamId), generation },
    ConditionExpression: 'attribute_not_exists(generation) OR generation = :before',
    ExpressionAttributeValues: { ':before': before.generation },
  });
  for (const [index, order] of RANKED_ORDERS.entries()) {
    const pk = bucketsPk(teamId, begun ? before.generation : generation, order);
    const bounds = begun ? before.orders[order].map(({ bound }) => bound) : (laid[index] ?? []);
    for (const part of slices(bounds, ITEMS_IN_ONE).filter(({ length }) => length > 0))
      await table.transact(part.map((bound): TransactItem => ({ Delete: { Key: { pk, sk: bucketSk(bound) } } })));
  }
};

/** Removes the counts of a removed team. The item that names the generation is last. */
export const removeRanks = async (table: Table, teamId: string): Promise<void> => {
  const { generation, orders } = await loadRanks(table, teamId);
  for (const order of RANKED_ORDERS) {
    const pk = bucketsPk(teamId, generation, order);
    for (const { bound } of orders[order]) await table.remove({ pk, sk: bucketSk(bound) });
  }
  await table.remove(rankedKey(teamId));
};

interface Order {
  readonly teamId: string;
  readonly generation: string;
  readonly order: RankedOrder;
}

const layBounds = async (table: Table, { teamId, generation, order }: Order, apart: number): Promise<string[]> => {
  const bounds = await boundsIn(table, teamId, order, apart);
  const pk = bucketsPk(teamId, generation, order);
  for (const part of slices(bounds, ITEMS_IN_ONE).filter(({ length }) => length > 0))
    await table.transact(
      part.map(
        (bound): TransactItem => ({
          Put: { Item: { pk, sk: bucketSk(bound), activeAll: 0, cut: crypto.randomUUID(), turn: 0 } },
        }),
      ),
    );
  return bounds;
};

/** Just above every so many records of the list, so that no record is ever at a bound. */
const boundsIn = async (table: Table, teamId: string, order: RankedOrder, apart: number): Promise<string[]> => {
  const bounds: string[] = [];
  let seen = 0;
  const pages = pagesOf(table, {
    IndexName: Object.values(LIST_ORDERS).find((each) => each.order === order)?.all,
    KeyConditionExpression: 'listPk = :pk',
    ExpressionAttributeValues: { ':pk': listRange(teamId, 'active') },
    ProjectionExpression: order,
  });
  for await (const page of pages) {
    for (const item of page) {
      seen += 1;
      if (seen % apart === 0) bounds.push(`${item[order]}!`);
    }
  }
  return bounds;
};
