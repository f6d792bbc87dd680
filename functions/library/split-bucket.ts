import { listRange } from '../table/index-keys.ts';
import { bucketSk, bucketsPk, termsKey } from '../table/keys.ts';
import { slices } from '../table/slices.ts';
import type { Table, TransactItem } from '../table/table.ts';
import type { IndexedTerms } from './indexed-terms.ts';
import { mediaIdIn } from './media-list.ts';
import {
  bucketAt,
  bucketIn,
  LIST_ORDERS,
  type RankBucket,
  type RankedOrder,
  type RankedPlace,
} from './rank-buckets.ts';
import { countOf, countsOf, type TotalsDelta } from './totals.ts';

export interface BucketName {
  readonly teamId: string;
  readonly generation: string;
  readonly order: RankedOrder;
  readonly bound: string;
}

/** Entries read beyond the count: records that were listed meanwhile and are not counted yet. */
const UNCOUNTED = 200;
/** A transaction holds 100 items. */
const MOST_PIECES = 50;

/** Why a bucket was not split: another call changed it meanwhile, or records among its own are not counted yet. */
export type SplitFailure = 'lost' | 'too early';

/**
 * Cuts a bucket in pieces and answers them. The list says which records may be in it, their lists of terms say which of them are
 * counted; when those are not all that were counted, or a count moves meanwhile, nothing happens and a later change cuts.
 */
export const splitBucket = async (
  table: Table,
  name: BucketName,
  known: readonly RankBucket[],
  pieces: number,
): Promise<readonly RankBucket[] | SplitFailure> => {
  const { teamId, generation, order, bound } = name;
  const pk = bucketsPk(teamId, generation, order);
  const item = await table.get({ pk, sk: bucketSk(bound) });
  if (!item) return 'lost';
  const { count, boundsVersion, countsVersion } = bucketIn(item);
  const ids = await listedFrom(table, name, count.all + UNCOUNTED);
  const notes = (await table.batchGet(ids.map(termsKey))) as unknown as readonly IndexedTerms[];
  const inside = notes
    .filter((note) => note.teamId === teamId && note.ranked === generation)
    .map((note) => JSON.parse(note.place) as RankedPlace)
    .filter((place) => bucketAt(known, place[order])?.bound === bound)
    .sort((one, other) => Buffer.compare(Buffer.from(one[order]), Buffer.from(other[order])));
  if (inside.length !== count.all) return 'too early';
  const [lowest = [], ...above] = slices(inside, Math.ceil(inside.length / Math.min(MOST_PIECES, pieces)));
  if (above.length === 0) return 'too early';
  const left = Object.entries(countsIn(above.flat())).map(([attribute, by]) => [attribute, -by] as const);
  const kept = {
    bound,
    boundsVersion: crypto.randomUUID(),
    countsVersion: countsVersion + 1,
    counts: countsIn(lowest),
  };
  // Just above the last record below, so that no record is ever at a bound.
  let below: readonly RankedPlace[] = lowest;
  const cutOff = above.map((piece) => {
    const last = below.at(-1)?.[order] ?? '';
    below = piece;
    return { bound: `${last}!`, boundsVersion: crypto.randomUUID(), countsVersion: 0, counts: countsIn(piece) };
  });
  const failed = await table.transact([
    {
      Update: {
        Key: { pk, sk: bucketSk(bound) },
        UpdateExpression: `SET cut = :next ADD turn :one, ${left.map(([attribute], index) => `${attribute} :${index}`).join(', ')}`,
        ConditionExpression: 'turn = :turn AND cut = :cut',
        ExpressionAttributeValues: {
          ':one': 1,
          ':turn': countsVersion,
          ':cut': boundsVersion,
          ':next': kept.boundsVersion,
          ...Object.fromEntries(left.map(([, by], index) => [`:${index}`, by])),
        },
      },
    },
    ...cutOff.map(
      (piece): TransactItem => ({
        Put: {
          Item: { pk, sk: bucketSk(piece.bound), ...piece.counts, cut: piece.boundsVersion, turn: piece.countsVersion },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }),
    ),
  ]);
  if (failed.length > 0) return 'lost';
  return [kept, ...cutOff].map(({ counts, ...bucket }) => ({ ...bucket, count: countsOf(counts).active }));
};

/** Drops a bucket that is empty; the one below reaches further then. The lowest one stays. */
export const dropBucket = async (table: Table, { teamId, generation, order, bound }: BucketName): Promise<boolean> => {
  if (bound === '') return false;
  const key = { pk: bucketsPk(teamId, generation, order), sk: bucketSk(bound) };
  const failed = await table.transact([
    { Delete: { Key: key, ConditionExpression: 'activeAll = :zero', ExpressionAttributeValues: { ':zero': 0 } } },
  ]);
  return failed.length === 0;
};

const countsIn = (places: readonly RankedPlace[]): TotalsDelta => {
  const counts: Record<string, number> = {};
  for (const { kind } of places)
    for (const [name, by] of Object.entries(countOf('active', kind, 1))) counts[name] = (counts[name] ?? 0) + by;
  return counts;
};

const listedFrom = async (table: Table, { teamId, order, bound }: BucketName, most: number): Promise<string[]> => {
  const index = Object.values(LIST_ORDERS).find((each) => each.order === order)?.all;
  const ids: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.query({
      IndexName: index,
      KeyConditionExpression: `listPk = :pk AND ${order} > :bound`,
      ExpressionAttributeValues: { ':pk': listRange(teamId, 'active'), ':bound': bound === '' ? ' ' : bound },
      ProjectionExpression: order,
      Limit: most - ids.length,
      ExclusiveStartKey: start,
    });
    ids.push(...(page.Items ?? []).map((item) => mediaIdIn({ sk: item[order] })));
    start = page.LastEvaluatedKey;
  } while (start && ids.length < most);
  return ids;
};
