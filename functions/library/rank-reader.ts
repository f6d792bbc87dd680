import type { MediaKind } from '../domain/media.ts';
import type { ListQuery } from '../domain/ports.ts';
import { listRange } from '../table/index-keys.ts';
import { ABOVE, rankedKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { countItems } from './count-items.ts';
import { bucketsOf, LIST_ORDERS, type RankBucket } from './rank-buckets.ts';
import { countsOf, readTotals } from './totals.ts';

/** A position in an order of several teams: this many of their records are before the bound. */
export interface OffsetAnchor {
  readonly bound: string;
  readonly skipped: number;
}

type RankedQuery = Pick<ListQuery, 'teamIds' | 'kind' | 'orderBy' | 'orderDir' | 'offset'>;

/** A bound of one team, and how many of its records are before it in the direction of the query. */
interface Mark {
  readonly bound: string;
  readonly before: number;
}

interface TeamMarks {
  readonly teamId: string;
  readonly marks: readonly Mark[];
  /** Records up to the next unread bound; those of the team when all were read. */
  readonly end: number;
}

/**
 * The last bound before an offset. Undefined when there is none, or when the ranks of a team differ from its totals: a recent
 * change is not counted yet, and the items themselves must be counted.
 */
export const locateOffset = async (
  table: Table,
  query: RankedQuery,
): Promise<OffsetAnchor | 'past the end' | undefined> => {
  const { teamIds, kind, offset, orderDir } = query;
  const ranked = await Promise.all(teamIds.map((teamId) => inStep(table, teamId, kind)));
  if (ranked.some((each) => each === undefined)) return undefined;
  if (ranked.reduce((sum, each) => sum + (each?.size ?? 0), 0) <= offset) return 'past the end';
  const teams = await Promise.all(
    teamIds.map((teamId, index) => marksOf(table, teamId, ranked[index]?.generation ?? '', query)),
  );
  const compare = (one: string, other: string): number =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)) * (orderDir === 'asc' ? 1 : -1);
  const isSure = (bound: string): boolean =>
    teams.reduce(
      (sum, team) => sum + (team.marks.find((mark) => compare(mark.bound, bound) >= 0)?.before ?? team.end),
      0,
    ) <= offset;
  const bounds = teams.flatMap(({ marks }) => marks.map(({ bound }) => bound)).sort(compare);
  // The count before a bound grows with the bound, so binary search finds the last one.
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSure(bounds[middle] ?? '')) low = middle + 1;
    else high = middle;
  }
  const bound = bounds[low - 1];
  if (bound === undefined) return undefined;
  const before = await Promise.all(
    teams.map(async ({ teamId, marks }) => {
      const mark = marks.findLast((each) => compare(each.bound, bound) <= 0);
      if (mark?.bound === bound) return mark.before;
      return (mark?.before ?? 0) + (await countBetween(table, teamId, mark?.bound, bound, query));
    }),
  );
  return { bound, skipped: before.reduce((sum, each) => sum + each, 0) };
};

const inStep = async (table: Table, teamId: string, kind: MediaKind | undefined) => {
  const [{ active }, ranked = {}] = await Promise.all([readTotals(table, teamId), table.get(rankedKey(teamId))]);
  const size = active[kind ?? 'all'];
  if (countsOf(ranked).active[kind ?? 'all'] !== size) return undefined;
  return { size, generation: String(ranked.generation ?? '') };
};

const marksOf = async (
  table: Table,
  teamId: string,
  generation: string,
  { orderBy, orderDir, kind, offset }: RankedQuery,
): Promise<TeamMarks> => {
  const forward = orderDir === 'asc';
  const { order } = LIST_ORDERS[orderBy];
  const sizeOf = ({ count }: RankBucket): number => count[kind ?? 'all'];
  const marks: Mark[] = [];
  let end = 0;
  for await (const bucket of bucketsOf(table, { teamId, generation, order, forward, consistent: false })) {
    // A bound is the lower end of its bucket: in ascending order it is before its records, in descending order after them.
    const before = forward ? end : end + sizeOf(bucket);
    end += sizeOf(bucket);
    if (bucket.bound !== '' && before <= offset) marks.push({ bound: bucket.bound, before });
    if (end > offset) break;
  }
  return { teamId, marks, end };
};

/** The records of a team between two bounds: at most those of a bucket. */
const countBetween = async (
  table: Table,
  teamId: string,
  from: string | undefined,
  to: string,
  { orderBy, orderDir, kind }: RankedQuery,
): Promise<number> => {
  const { order, all, kind: ofKind } = LIST_ORDERS[orderBy];
  const range = listRange(teamId, 'active');
  const [first = ' ', last = ABOVE] = orderDir === 'asc' ? [from, to] : [to, from];
  return countItems(table, {
    IndexName: kind ? ofKind : all,
    KeyConditionExpression: `${kind ? 'kindPk' : 'listPk'} = :pk AND ${order} BETWEEN :first AND :last`,
    ExpressionAttributeValues: { ':pk': kind ? `${range}#${kind}` : range, ':first': first, ':last': last },
  });
};
