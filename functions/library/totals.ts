import type { MediaKind, MediaState } from '../domain/media.ts';
import { shardKey, totalsKey } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';
import { readShards, type ShardedItems, shardAfterConflict, someShard } from './total-shards.ts';

/**
 * Counters and quota of a team, changed only inside the transaction that changes the counted items. This keeps them exact under
 * retries: a repeated transaction fails at its condition and counts nothing. A figure is the sum over an item and its shards,
 * of which each change moves one, so that the writers of a team do not meet.
 *
 * `bytes` are stored, `committed` are stored or reserved by open uploads; the quota is checked against the latter.
 */
export interface Totals {
  readonly bytes: number;
  readonly committed: number;
  /** Records that are there in any state, or promised to open uploads. */
  readonly records: number;
  readonly active: Readonly<Record<MediaKind | 'all', number>>;
  readonly deleted: number;
}

export type TotalsDelta = Readonly<Record<string, number>>;

/**
 * What a quota bounds, the attribute of a shard for what it has leased of it and not used, and that of the quota it was leased
 * under. The first item counts leases as used: `committed` of a team is the one there, less what all shards have left. `count`
 * are the open uploads of a person.
 */
export const LEASED = {
  committed: { free: 'freeBytes', under: 'bytesUnder' },
  records: { free: 'freeRecords', under: 'recordsUnder' },
  count: { free: 'freePlaces', under: 'placesUnder' },
} as const;
export type Leased = keyof typeof LEASED;
export const isLeased = (name: string): name is Leased => Object.hasOwn(LEASED, name);

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The counters that change when a record of a kind enters (+1) or leaves (-1) a state. */
export const countOf = (state: MediaState, kind: MediaKind, by: 1 | -1): TotalsDelta =>
  state === 'active' ? { activeAll: by, [`active${capital(kind)}`]: by } : { deletedAll: by };

/** The counters that an active record moves when its file becomes one of another kind. */
export const kindChange = (before: MediaKind, after: MediaKind): TotalsDelta => {
  const [out, into] = [`active${capital(before)}`, `active${capital(after)}`];
  return before === after ? {} : { [out]: -1, [into]: 1 };
};

/** A change of counters as the attributes of a shard: what is used of a quota is taken from its lease. */
const ofShard = (delta: TotalsDelta): TotalsDelta => {
  const moved = Object.entries(delta).filter(([, by]) => by !== 0);
  const leases = moved.some(([name]) => isLeased(name)) ? { leases: 1 } : {};
  const named = moved.map(([name, by]) => (isLeased(name) ? [LEASED[name].free, -by] : [name, by]));
  // Counts the changes themselves: a recount knows by it that nothing moved meanwhile, and a refusal that no lease did.
  return { ...Object.fromEntries(named), ...leases, changes: 1 };
};

/** The update of one shard; with `most`, only while it has enough leased under these quotas. */
export const shardUpdate = (
  counter: Key,
  shard: number,
  delta: TotalsDelta,
  most: Partial<Record<Leased, number>> = {},
): TransactItem => {
  const moved = Object.entries(ofShard(delta));
  const bounds = Object.entries(most).map(([name, quota]) => ({ ...LEASED[name as Leased], quota, by: delta[name] }));
  return {
    Update: {
      Key: shardKey(counter, shard),
      UpdateExpression: `ADD ${moved.map((_, index) => `#${index} :${index}`).join(', ')}`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(moved.map(([name], index) => [`#${index}`, name])),
        ...Object.fromEntries(bounds.map(({ under }, index) => [`#under${index}`, under])),
        ...Object.fromEntries(bounds.map(({ free }, index) => [`#free${index}`, free])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(moved.map(([, by], index) => [`:${index}`, by])),
        ...Object.fromEntries(bounds.map(({ quota }, index) => [`:under${index}`, quota])),
        ...Object.fromEntries(bounds.map(({ by }, index) => [`:free${index}`, by])),
      },
      ...(bounds.length === 0
        ? {}
        : {
            ConditionExpression: bounds
              .map((_, index) => `#under${index} = :under${index} AND #free${index} >= :free${index}`)
              .join(' AND '),
          }),
    },
  };
};

/** The update of a counter, for a transaction. `withinQuota` makes the one of a change that a quota bounds. */
export const counterUpdate = (counter: Key, delta: TotalsDelta): TransactItem => ({
  ...shardUpdate(counter, someShard(counter), delta),
  instead: async (table, attempt) => shardUpdate(counter, await shardAfterConflict(table, counter, attempt), delta),
});
/** That of a team's totals. */
export const totalsUpdate = (teamId: string, delta: TotalsDelta): TransactItem =>
  counterUpdate(totalsKey(teamId), delta);

/** The counters of records in an item that carries them. */
export const countsOf = (item: Readonly<Record<string, unknown>>): Pick<Totals, 'active' | 'deleted'> => {
  const count = (name: string): number => Number(item[name] ?? 0);
  return {
    active: {
      all: count('activeAll'),
      image: count('activeImage'),
      video: count('activeVideo'),
      audio: count('activeAudio'),
      document: count('activeDocument'),
    },
    deleted: count('deletedAll'),
  };
};

/** The figures of a counter, summed over its items by the names of `TotalsDelta`. */
export const countersIn = ({
  first,
  shards,
}: Pick<ShardedItems, 'first' | 'shards'>): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const item of [first, ...shards.values()]) {
    for (const [name, value] of Object.entries(item)) {
      if (typeof value === 'number') sums[name] = (sums[name] ?? 0) + value;
    }
  }
  const used = (name: Leased): number => (sums[name] ?? 0) - (sums[LEASED[name].free] ?? 0);
  return { ...sums, committed: used('committed'), records: used('records'), count: used('count') };
};

export const readTotals = async (table: Table, teamId: string): Promise<Totals> => {
  const counters = countersIn(await readShards(table, totalsKey(teamId)));
  return {
    bytes: counters.bytes ?? 0,
    committed: counters.committed ?? 0,
    records: counters.records ?? 0,
    ...countsOf(counters),
  };
};
