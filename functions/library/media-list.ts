import type { MediaRecord } from '../domain/media.ts';
import type { ListOrder, ListQuery, MediaPage, OrderBy } from '../domain/ports.ts';
import { listRange, tagRange } from '../table/index-keys.ts';
import { mediaKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { mediaRecord } from './media-item.ts';
import { LIST_ORDERS } from './rank-buckets.ts';
import { locateOffset } from './rank-reader.ts';
import { readTotals, type Totals } from './totals.ts';

type Item = Record<string, unknown>;

/** The sort value of an item; it ends with the id, so no two items of a team share one. */
export const sortKeyIn = (item: object, orderBy: OrderBy): string =>
  String((item as Item)[LIST_ORDERS[orderBy].order] ?? '');

/** Compares sort keys as DynamoDB does: by UTF-8 bytes, where JavaScript compares UTF-16 units. */
export const inDirection = ({ orderDir }: Pick<ListOrder, 'orderDir'>) => {
  const direction = orderDir === 'asc' ? 1 : -1;
  return (one: string, other: string): number => direction * Buffer.compare(Buffer.from(one), Buffer.from(other));
};

const inOrderOf = (order: ListOrder) => {
  const compare = inDirection(order);
  return (one: object, other: object): number =>
    compare(sortKeyIn(one, order.orderBy), sortKeyIn(other, order.orderBy));
};

/** Fewer items are counted one by one in a few milliseconds. */
const NEAR_OFFSET = 500;

/** A page of one range of one index for each team: its items are whole, its order is the page's. */
export const listMedia = async (table: Table, query: ListQuery, near = NEAR_OFFSET): Promise<MediaPage> => {
  const [total, page] = await Promise.all([totalOf(table, query), deepPageOf(table, query, near)]);
  const items = query.tags ? await recordsOf(table, query, page.items.map(mediaIdIn)) : page.items.map(mediaRecord);
  return { items, total, next: page.next };
};

const totalOf = async (table: Table, { tags, teamIds, state, kind }: ListQuery): Promise<number> => {
  const counts: readonly Pick<Totals, 'active' | 'deleted'>[] = tags
    ? tags.map(({ count }) => count)
    : await Promise.all(teamIds.map((id) => readTotals(table, id)));
  return counts.reduce<number>(
    (sum, { active, deleted }) => sum + (state === 'active' ? active[kind ?? 'all'] : deleted),
    0,
  );
};

/** A page at a large offset begins after the last bucket that is entirely before it. */
const deepPageOf = async (table: Table, query: ListQuery, near: number): ReturnType<typeof pageOf> => {
  const { offset, state, tags, after, limit } = query;
  const isRanked = state === 'active' && tags === undefined && after === undefined;
  const landing = isRanked && offset > near && limit > 0 ? await locateOffset(table, query) : undefined;
  if (landing === 'past the end') return { items: [], next: null };
  return pageOf(table, landing ? { ...query, after: landing.bound, offset: offset - landing.skipped } : query);
};

const pageOf = async (table: Table, query: ListQuery): Promise<{ items: readonly Item[]; next: string | null }> => {
  const { orderBy, limit, offset } = query;
  const ranges = rangesOf(query);
  const [only] = ranges;
  const items: Item[] = [];
  if (limit === 0) return { items, next: null };
  // Several teams share a page: each is read up to a full page, and earlier entries are skipped.
  const alone = ranges.length === 1 && only !== undefined;
  const start = alone ? await skip(table, only, offset) : undefined;
  if (start === 'past the end') return { items, next: null };
  let before = alone ? 0 : offset;
  const wanted = () => before + limit + 1 - items.length;
  for await (const item of walkRanges(table, ranges, query, wanted, start)) {
    if (before > 0) before -= 1;
    else items.push(item);
    if (items.length > limit) break;
  }
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next: last && items.length > limit ? sortKeyIn(last, orderBy) : null };
};

type RangeQuery = Parameters<Table['query']>[0];
type StartKey = RangeQuery['ExclusiveStartKey'];

/** The query for each team, or for the tag of each team; `after` excludes entries up to it. */
export const rangesOf = (query: Omit<ListQuery, 'limit' | 'offset'>): readonly RangeQuery[] => {
  const { teamIds, tags, state, kind, orderBy, orderDir, after } = query;
  const index = LIST_ORDERS[orderBy];
  const ranges = tags ? tags.map(({ id }) => tagRange(id, state)) : teamIds.map((id) => listRange(id, state));
  return ranges.map((range) => ({
    IndexName: kind ? index.kind : index.all,
    KeyConditionExpression:
      after === undefined ? '#pk = :pk' : `#pk = :pk AND #sk ${orderDir === 'asc' ? '>' : '<'} :after`,
    ExpressionAttributeNames: {
      '#pk': kind ? 'kindPk' : 'listPk',
      ...(after === undefined ? {} : { '#sk': index.order }),
    },
    ExpressionAttributeValues: {
      ':pk': kind ? `${range}#${kind}` : range,
      ...(after === undefined ? {} : { ':after': after }),
    },
    ScanIndexForward: orderDir === 'asc',
  }));
};

/** Counts past `offset` entries without reading their items to the caller; a count stops at each megabyte. */
const skip = async (table: Table, range: RangeQuery, offset: number): Promise<StartKey | 'past the end'> => {
  let start: StartKey;
  for (let left = offset; left > 0; ) {
    const page = await table.query({ ...range, Select: 'COUNT', Limit: left, ExclusiveStartKey: start });
    left -= page.Count ?? 0;
    start = page.LastEvaluatedKey;
    if (!start) return 'past the end';
  }
  return start;
};

/** Items of one read, however many are wanted. */
export const LARGEST_READ = 400;

/** The items of several ranges in one order. For each read, `wanted` answers how many more are needed. */
export async function* walkRanges(
  table: Table,
  ranges: readonly RangeQuery[],
  order: ListOrder,
  wanted: () => number,
  start?: StartKey,
): AsyncGenerator<Item> {
  const compare = inOrderOf(order);
  const lanes = ranges.map((range) => ({ range, items: [] as Item[], at: 0, start, ended: false }));
  for (;;) {
    await Promise.all(
      lanes.map(async (lane) => {
        while (lane.at === lane.items.length && !lane.ended) {
          const Limit = Math.min(wanted(), LARGEST_READ);
          const page = await table.query({ ...lane.range, Limit, ExclusiveStartKey: lane.start });
          lane.items = page.Items ?? [];
          lane.at = 0;
          lane.start = page.LastEvaluatedKey;
          lane.ended = !lane.start;
        }
      }),
    );
    const waiting = lanes.filter((lane) => lane.at < lane.items.length);
    const [first] = waiting;
    if (!first) return;
    let next = first;
    for (const lane of waiting.slice(1)) {
      if (compare(lane.items[lane.at] ?? {}, next.items[next.at] ?? {}) < 0) next = lane;
    }
    yield next.items[next.at] ?? {};
    next.at += 1;
  }
}

/** Records by id, in this order; one whose state has changed is left out. */
export const recordsOf = async (
  table: Table,
  { state }: Pick<ListQuery, 'state'>,
  ids: readonly string[],
  options = { consistent: false },
): Promise<readonly MediaRecord[]> => {
  const items = await table.batchGet(ids.map(mediaKey), options);
  const found = new Map(items.map((item) => [String(item.id), mediaRecord(item)]));
  return ids.flatMap((id) => {
    const record = found.get(id);
    return record?.state === state ? [record] : [];
  });
};

/** Records by id, in this order and in whatever state; one that is not there is left out. */
export const presentRecords =
  (table: Table) =>
  async (ids: readonly string[]): Promise<readonly MediaRecord[]> => {
    const items = await table.batchGet(ids.map(mediaKey), { consistent: true });
    const found = new Map(items.map((item) => [String(item.id), mediaRecord(item)]));
    return ids.flatMap((id) => found.get(id) ?? []);
  };

/** The record of a tag's or term's entry: the text after the last # of its sort key. */
export const mediaIdIn = ({ sk }: Item): string => String(sk).slice(String(sk).lastIndexOf('#') + 1);
