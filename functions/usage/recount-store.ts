import type { MediaKind, MediaState, ObjectRef } from '../domain/media.ts';
import type { RetainedVersion } from '../domain/media-file.ts';
import { type TotalItems, totalItemsOf } from '../library/total-shards.ts';
import { countersIn, countOf } from '../library/totals.ts';
import { totalsKey, totalsShardKey } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';

/** Counters by the names that they have in a team's totals. */
export type TeamCount = Readonly<Record<string, number>>;

/** What a recount reads and sets. */
export interface RecountStore {
  /** The stored totals, by team, with the items that they are the sum of. */
  totals(): Promise<ReadonlyMap<string, StoredTotals>>;
  /** The same numbers, computed from the stored items. */
  count(): Promise<ReadonlyMap<string, TeamCount>>;
  /** False when the totals moved since they were read. */
  heal(teamId: string, count: TeamCount, stored: StoredTotals | undefined): Promise<boolean>;
}

export interface StoredTotals {
  readonly counters: TeamCount;
  readonly items: TotalItems;
}

const TEAM_OF_TOTALS = /^COUNT#([^#]+)/;
/**
 * Sessions whose bytes are promised and not yet those of a record; a failed one until the sweep has removed its
 * original.
 */
const PROMISING = new Set(['pending', 'processing']);

type Visit = (item: Record<string, unknown>) => void;
/** Reads all items of a sort key, or of its beginnings. */
type Scan = (filter: 'sk = :sk' | 'begins_with(sk, :sk)', sk: string, visit: Visit) => Promise<void>;

/** Reads the whole table, consistently: the price of a recount that no delay of an index can mislead. */
const scanning =
  (table: Table): Scan =>
  async (FilterExpression, sk, visit) => {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await table.scan({
        FilterExpression,
        ExpressionAttributeValues: { ':sk': sk },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      });
      for (const item of page.Items ?? []) visit(item);
      start = page.LastEvaluatedKey;
    } while (start);
  };

const storedTotals = async (scan: Scan): Promise<ReadonlyMap<string, StoredTotals>> => {
  const items = new Map<string, Record<string, unknown>[]>();
  await scan('begins_with(sk, :sk)', 'TOTALS', (item) => {
    const teamId = TEAM_OF_TOTALS.exec(String(item.pk))?.[1];
    if (teamId) items.set(teamId, [...(items.get(teamId) ?? []), item]);
  });
  return new Map(
    [...items].map(([teamId, all]) => {
      const found = totalItemsOf(all);
      return [teamId, { counters: countersIn(found), items: found }];
    }),
  );
};

const countItems = async (scan: Scan): Promise<ReadonlyMap<string, TeamCount>> => {
  const counts = new Map<string, Record<string, number>>();
  const add = (teamId: unknown, delta: TeamCount): void => {
    const count = counts.get(String(teamId)) ?? {};
    for (const [name, by] of Object.entries(delta)) count[name] = (count[name] ?? 0) + by;
    counts.set(String(teamId), count);
  };
  // What several hold counts once; few objects are such, and there is an item for each.
  const shared = new Map<unknown, boolean>();
  await scan('sk = :sk', 'OBJECT', ({ pk }) => shared.set(String(pk).replace('OBJECT#', ''), false));
  const addBytes = (teamId: unknown, objectVersion: unknown, bytes: number): void => {
    if (shared.get(objectVersion) === true) return;
    if (shared.has(objectVersion)) shared.set(objectVersion, true);
    add(teamId, { bytes, committed: bytes });
  };
  await scan('sk = :sk', 'MEDIA', ({ teamId, state, kind, externalUrl, fileSize, fileVersion, storedAs }) => {
    const place = storedAs as ObjectRef | null | undefined;
    addBytes(teamId, place?.fileVersion ?? fileVersion, externalUrl === null ? Number(fileSize) : 0);
    add(teamId, { records: 1 });
    if (state !== 'purging') add(teamId, countOf(state as MediaState, kind as MediaKind, 1));
  });
  await scan('begins_with(sk, :sk)', 'VERSION#', (item) => {
    const { teamId, place, fileSize, current, released } = item as unknown as RetainedVersion;
    if (!current && !released) addBytes(teamId, place.fileVersion, fileSize);
  });
  await scan('sk = :sk', 'UPLOAD', ({ teamId, status, fileSize, duePk, replaces }) => {
    const isOpen = PROMISING.has(String(status));
    if (isOpen && replaces === undefined) add(teamId, { records: 1 });
    if (isOpen || (status === 'failed' && duePk !== undefined)) add(teamId, { committed: Number(fileSize) });
  });
  return counts;
};

/** Sets the totals of a team. All that is wrong is put right in the first item; the shards stay, and must be as they were read. */
const healing = (teamId: string, count: TeamCount, stored: StoredTotals | undefined): readonly TransactItem[] => {
  const { first, shards, most } = stored?.items ?? totalItemsOf([]);
  const inShards = countersIn({ first: {}, shards });
  const right = Object.entries(count).map(([name, value]) => [name, value - (inShards[name] ?? 0)] as const);
  const checks = Array.from({ length: most }, (_, shard): TransactItem => {
    return { ConditionCheck: asRead(totalsShardKey(teamId, shard), shards.get(shard)?.changes) };
  });
  const { ExpressionAttributeValues, ...same } = asRead(totalsKey(teamId), first.changes);
  return [
    {
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
    },
    ...checks,
  ];
};

/** The condition that an item of the totals has changed as often as when it was read; an absent one, that it is absent still. */
const asRead = (Key: Key, changes: unknown) => ({
  Key,
  ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
  ExpressionAttributeNames: { '#changes': 'changes' },
  ...(changes === undefined ? {} : { ExpressionAttributeValues: { ':changes': changes } }),
});

/** Counts what teams have by the items in the table. */
export const dynamoRecount = (table: Table): RecountStore => {
  const scan = scanning(table);
  return {
    totals: () => storedTotals(scan),
    count: () => countItems(scan),
    heal: async (teamId, count, stored) => (await table.transact(healing(teamId, count, stored))).length === 0,
  };
};
