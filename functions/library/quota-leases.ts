import { MediaError } from '../domain/errors.ts';
import { shardKey } from '../table/keys.ts';
import { jitteredPause, type Key, type Table, type TransactItem } from '../table/table.ts';
import { noteAllPartitions, readShards, type ShardedItems } from './total-shards.ts';
import { LEASED, type Leased } from './totals.ts';

/**
 * How a shard gets its part of a quota. All of it goes by way of the first item or between shards, in one transaction with it:
 *
 *     first item   committed  97  <= quota 100      of which 12 are not used
 *     shards       free        4         8          a shard takes a slice of the 3 that are left, and when these are too few,
 *                                                   what others have free
 *
 * The first item never has more than the quota, and the shards never use more than what they have of it.
 */
export interface Want {
  readonly name: Leased;
  /** What a change adds. */
  readonly by: number;
  readonly quota: number;
}

/**
 * A shard takes this part of what is left: slices get smaller as the quota fills up. They stay enough for some changes like the
 * one that asks, or the last ones would all meet at the first item.
 */
const SLICES = 16;
const CHANGES_AHEAD = 8;
const ATTEMPTS = 12;

type Item = Readonly<Record<string, unknown>>;
const numberIn = (item: Item | undefined, name: string): number => Number(item?.[name] ?? 0);

/**
 * Leases to a shard what a change needs. Answers the shard to try again with: another one where nothing is left to lease and that
 * one has enough. Or the first quota that leaves no room.
 */
export const leaseTo = async (
  table: Table,
  counter: Key,
  shard: number,
  wants: readonly Want[],
): Promise<number | Leased> => {
  let leases = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const items = await readShards(table, counter);
    if (shard >= items.most) {
      await noteAllPartitions(table, counter);
      continue;
    }
    if (hasEnough(items.shards.get(shard), wants)) return shard;
    const full = wants.find((want) => want.by > freeIn(items, want));
    if (full) {
      // Items are read one after the other. Where nothing was leased, used or returned since they were read before, it is so.
      const before = leases;
      leases = leasesOf(items);
      // Places come back all the time: who found none twice need not find the same twice.
      if (before === leases || (before !== '' && full.name === 'count')) return full.name;
      continue;
    }
    const able = isLeft(items, shard, wants) ? [] : [...items.shards].filter(([, each]) => hasEnough(each, wants));
    const [other] = able[Math.floor(Math.random() * able.length)] ?? [];
    if (other !== undefined) return other;
    const changed = wants.filter(({ name, quota }) => (items.first[LEASED[name].under] ?? quota) !== quota);
    const step = changed.length > 0 ? underOthers(counter, items, changed) : leaseItems(counter, items, shard, wants);
    if (!(await sent(table, step))) await jitteredPause(Math.min(attempt, PAUSES));
  }
  throw new MediaError('BUSY', 'What is left of the quota keeps changing', { retryAfter: 1 });
};

const hasEnough = (item: Item | undefined, wants: readonly Want[]): boolean =>
  wants.every(({ name, by, quota }) => numberIn(item, LEASED[name].free) >= by && item?.[LEASED[name].under] === quota);

/** Whether the first item has what a shard lacks. */
const isLeft = ({ first, shards }: ShardedItems, shard: number, wants: readonly Want[]): boolean =>
  wants.every(({ name, by, quota }) => {
    const left = quota - numberIn(first, name);
    return left >= 0 && left + numberIn(shards.get(shard), LEASED[name].free) >= by;
  });

/** Pauses that double; longer ones only wait. */
const PAUSES = 4;

/** False when another was faster: everything is read again. */
const sent = async (table: Table, items: readonly TransactItem[]): Promise<boolean> => {
  try {
    return (await table.transact(items, { attempts: 1 })).length === 0;
  } catch (error) {
    if (error instanceof MediaError && error.code === 'BUSY') return false;
    throw error;
  }
};

/** What may still be used: what is left in the first item, and what shards have of it. */
const freeIn = ({ first, shards }: ShardedItems, { name, quota }: Want): number =>
  [...shards.values()].reduce((sum, shard) => sum + numberIn(shard, LEASED[name].free), quota - numberIn(first, name));

const leasesOf = ({ first, shards, most }: ShardedItems): string =>
  JSON.stringify([most, first.changes, ...[...shards].map(([shard, { leases }]) => [shard, leases])]);

/** The setting is another: no shard may use what it leased under the former one before the first item has been looked at. */
const underOthers = (
  counter: Key,
  { first, shards }: ShardedItems,
  wants: readonly Want[],
): readonly TransactItem[] => {
  const unders = wants.map(({ name }) => LEASED[name].under);
  const named = Object.fromEntries(unders.map((under, index) => [`#${index}`, under]));
  const each = (text: (index: number) => string, between: string) =>
    unders.map((_, index) => text(index)).join(between);
  return [
    {
      Update: {
        Key: counter,
        UpdateExpression: `SET ${each((index) => `#${index} = :${index}`, ', ')} ADD changes :one`,
        ConditionExpression: each((index) => `#${index} = :before${index}`, ' AND '),
        ExpressionAttributeNames: named,
        ExpressionAttributeValues: {
          ':one': 1,
          ...Object.fromEntries(wants.map(({ quota }, index) => [`:${index}`, quota])),
          ...Object.fromEntries(unders.map((under, index) => [`:before${index}`, first[under]])),
        },
      },
    },
    ...[...shards.keys()].map((shard) => ({
      Update: {
        Key: shardKey(counter, shard),
        UpdateExpression: `REMOVE ${each((index) => `#${index}`, ', ')} ADD leases :one, changes :one`,
        ExpressionAttributeNames: named,
        ExpressionAttributeValues: { ':one': 1 },
      },
    })),
  ];
};

/** What moves between the items of a counter for one quota: the part from the first item, and those from other shards. */
const partsOf = ({ first, shards }: ShardedItems, shard: number, { name, by, quota }: Want) => {
  const { free } = LEASED[name];
  const lacking = by - numberIn(shards.get(shard), free);
  // Negative where the setting was lowered below what is taken: then others' leases go back first.
  const left = quota - numberIn(first, name);
  const slice =
    lacking > 0 ? Math.min(left, Math.max(lacking, by * CHANGES_AHEAD, Math.floor(left / SLICES))) : Math.min(left, 0);
  const others = new Map<number, number>();
  let rest = lacking - slice;
  const donors = [...shards]
    .filter(([number]) => number !== shard)
    .map(([number, item]) => [number, numberIn(item, free)] as const)
    .toSorted(([, one], [, other]) => other - one);
  for (const [number, has] of donors) {
    const part = Math.min(rest, has);
    if (part <= 0) break;
    others.set(number, part);
    rest -= part;
  }
  return { slice, others };
};

const leaseItems = (
  counter: Key,
  items: ShardedItems,
  shard: number,
  wants: readonly Want[],
): readonly TransactItem[] => {
  const parts = wants.map((want) => ({ ...want, ...LEASED[want.name], ...partsOf(items, shard, want) }));
  const donors = [...new Set(parts.flatMap(({ others }) => [...others.keys()]))];
  return [
    moves(
      counter,
      parts.map(({ name, slice, under, quota }) => ({ name, by: slice, most: quota - slice, under, quota })),
    ),
    moves(
      shardKey(counter, shard),
      parts.map(({ free, slice, others, under, quota }) => {
        const by = slice + [...others.values()].reduce((sum, part) => sum + part, 0);
        return { name: free, by, under, quota, ...(by < 0 ? { least: -by } : {}) };
      }),
    ),
    ...donors.map((donor) =>
      moves(
        shardKey(counter, donor),
        parts.flatMap(({ free, others }) => {
          const part = others.get(donor);
          return part === undefined ? [] : [{ name: free, by: -part, least: part }];
        }),
      ),
    ),
  ];
};

interface Move {
  readonly name: string;
  readonly by: number;
  /** What the attribute may have at most, or must have at least. */
  readonly most?: number;
  readonly least?: number;
  /** The quota that is noted; on the first item, no other may be. */
  readonly under?: string;
  readonly quota?: number;
}

const moves = (Key: Key, all: readonly Move[]): TransactItem => {
  const set = all.flatMap(({ under }, index) => (under === undefined ? [] : [`#under${index} = :under${index}`]));
  const conditions = all.flatMap(({ most, least, under }, index) => [
    ...(most === undefined ? [] : [`(attribute_not_exists(#${index}) OR #${index} <= :bound${index})`]),
    ...(least === undefined ? [] : [`#${index} >= :bound${index}`]),
    ...(most === undefined || under === undefined
      ? []
      : [`(attribute_not_exists(#under${index}) OR #under${index} = :under${index})`]),
  ]);
  const given = <T>(entries: readonly (readonly [string, T | undefined])[]) =>
    Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, T>;
  return {
    Update: {
      Key,
      UpdateExpression: `${set.length > 0 ? `SET ${set.join(', ')} ` : ''}ADD ${all.map((_, index) => `#${index} :${index}`).join(', ')}, leases :one, changes :one`,
      ExpressionAttributeNames: given([
        ...all.map(({ name }, index) => [`#${index}`, name] as const),
        ...all.map(({ under }, index) => [`#under${index}`, under] as const),
      ]),
      ExpressionAttributeValues: {
        ':one': 1,
        ...given([
          ...all.map(({ by }, index) => [`:${index}`, by] as const),
          ...all.map(({ quota }, index) => [`:under${index}`, quota] as const),
          ...all.map(({ most, least }, index) => [`:bound${index}`, most ?? least] as const),
        ]),
      },
      ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
    },
  };
};
