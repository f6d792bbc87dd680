import { countedFor } from '../domain/counted-for.ts';
import type { MediaKind, MediaState, ObjectRef } from '../domain/media.ts';
import type { RetainedVersion } from '../domain/media-file.ts';
import type { UploadSession } from '../domain/upload.ts';
import { setCounter } from '../library/set-counter.ts';
import { type ShardedItems, shardedItemsOf } from '../library/total-shards.ts';
import { countersIn, countOf } from '../library/totals.ts';
import { openUploadsKey, totalsKey } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';

/** Figures by the names that they have in a counter. */
export type TeamCount = Readonly<Record<string, number>>;

/** What a recount reads and sets: the totals of teams, by team, and the open uploads of people and keys, by `opener`. */
export interface RecountStore {
  /** The stored counters, with the items that they are the sum of. */
  totals(): Promise<ReadonlyMap<string, StoredTotals>>;
  /** The same numbers, computed from the stored items. */
  count(): Promise<ReadonlyMap<string, TeamCount>>;
  /** False when the counter moved since it was read. */
  heal(name: string, count: TeamCount, stored: StoredTotals | undefined): Promise<boolean>;
}

export interface StoredTotals {
  readonly counters: TeamCount;
  readonly items: ShardedItems;
}

const OPENER = 'uploads of ';
/** The name of the counter of open uploads, among teams. */
const opener = (id: string): string => `${OPENER}${id}`;
export const isOpener = (name: string): boolean => name.startsWith(OPENER);

const counterOf = (name: string): Key => (isOpener(name) ? openUploadsKey(name.slice(OPENER.length)) : totalsKey(name));
/** Shards in other partitions have their number behind the id. */
const ID_OF_COUNTER = /^COUNT#(.+?)(?:#\d+)?$/;
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
  const visit =
    (nameOf: (id: string) => string): Visit =>
    (item) => {
      const id = ID_OF_COUNTER.exec(String(item.pk))?.[1];
      if (id) items.set(nameOf(id), [...(items.get(nameOf(id)) ?? []), item]);
    };
  await scan('begins_with(sk, :sk)', 'TOTALS', visit(String));
  await scan('begins_with(sk, :sk)', 'UPLOADS', visit(opener));
  return new Map(
    [...items].map(([name, all]) => {
      const found = shardedItemsOf(all);
      return [name, { counters: countersIn(found), items: found }];
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
  await scan('sk = :sk', 'UPLOAD', ({ teamId, status, fileSize, duePk, replaces, userId, by }) => {
    if (status === 'pending') add(opener(countedFor(String(userId), by as UploadSession['by']).id), { count: 1 });
    const isOpen = PROMISING.has(String(status));
    if (isOpen && replaces === undefined) add(teamId, { records: 1 });
    if (isOpen || (status === 'failed' && duePk !== undefined)) add(teamId, { committed: Number(fileSize) });
  });
  return counts;
};

/** Counts what teams and people have by the items in the table. */
export const dynamoRecount = (table: Table): RecountStore => {
  const scan = scanning(table);
  return {
    totals: () => storedTotals(scan),
    count: () => countItems(scan),
    heal: async (name, count, stored) =>
      (await table.transact(setCounter(counterOf(name), count, stored?.items))).length === 0,
  };
};
