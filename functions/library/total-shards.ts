import { ABOVE, SHARD_PARTITIONS, SHARDS_OF_PARTITION, shardPk } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';

/**
 * A counter that many write to is an item, by whose key it is named, and its shards: a figure is the sum over them. The totals of
 * a team are one, the open uploads of a person another. One shard is enough for most counters, and its item is all that they have:
 *
 *     quiet  1 --a conflict--> 16, of the same partition --conflicts go on--> 64, of four partitions
 *
 * Each instance of a function remembers what its own writes met. Readers need not know, but for the last step: all shards of the
 * first partition are read anyway, and the first item says whether there are others.
 */
const SHARDS = [1, SHARDS_OF_PARTITION, SHARDS_OF_PARTITION * SHARD_PARTITIONS] as const;
const WIDEST = 2;
/** The attempt from which a write leaves the partition. Two writes that met by chance do not: reads of the counter would be dearer for good. */
const WIDE_ATTEMPT = 4;
/** Counters that an instance remembers. */
const MOST_COUNTERS = 1000;

const levels = new Map<string, number>();

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
const levelOf = (counter: Key): number => levels.get(nameOf(counter)) ?? 0;

const remember = (counter: Key, level: number): void => {
  if (levels.size >= MOST_COUNTERS) levels.clear();
  levels.set(nameOf(counter), Math.max(level, levelOf(counter)));
};

/** The shard of a first attempt. Any will do: a figure of the counter is the sum over all. */
export const someShard = (counter: Key): number => Math.floor(Math.random() * (SHARDS[levelOf(counter)] ?? 1));

/** The shard of an attempt after a conflict. A partition is noted before its first shard is written, so no reader misses it. */
export const shardAfterConflict = async (table: Table, counter: Key, attempt: number): Promise<number> => {
  const level = attempt < WIDE_ATTEMPT ? 1 : WIDEST;
  if (level === WIDEST && levelOf(counter) < WIDEST) await noteAllPartitions(table, counter);
  remember(counter, level);
  return someShard(counter);
};

/** Has readers look into all partitions, also after a counter was removed that this instance remembers. */
export const noteAllPartitions = async (table: Table, counter: Key): Promise<void> => {
  await table.update({
    Key: counter,
    UpdateExpression: 'SET spread = :all ADD changes :one',
    ConditionExpression: 'attribute_not_exists(spread)',
    ExpressionAttributeValues: { ':all': SHARD_PARTITIONS, ':one': 1 },
  });
};

type Item = Readonly<Record<string, unknown>>;

/** The items of a counter, as they are stored. */
export interface ShardedItems {
  /** The item that has what is taken of a bound, and everything that was counted before there were shards. */
  readonly first: Item;
  readonly shards: ReadonlyMap<number, Item>;
  /** How many shards there may be; most of them do not exist. */
  readonly most: number;
}

const SHARD = /^[A-Z]+#(\d+)$/;

const itemsIn = async (table: Table, counter: Key, partition: number): Promise<readonly Item[]> => {
  const { Items = [] } = await table.query({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': shardPk(counter, partition),
      ':first': counter.sk,
      ':last': `${counter.sk}${ABOVE}`,
    },
    ConsistentRead: true,
  });
  return Items;
};

/** The counter that all these items are. */
export const shardedItemsOf = (items: readonly Item[]): ShardedItems => {
  const first = items.find(({ sk }) => !String(sk).includes('#')) ?? {};
  const numbered = items.flatMap((item) => {
    const shard = SHARD.exec(String(item.sk))?.[1];
    return shard === undefined ? [] : [[Number(shard), item] as const];
  });
  return { first, shards: new Map(numbered), most: Number(first.spread ?? 1) * SHARDS_OF_PARTITION };
};

/** Reads all shards: one query for most counters. It is no snapshot, but for a counter at rest. */
export const readShards = async (table: Table, counter: Key): Promise<ShardedItems> => {
  const items = await itemsIn(table, counter, 0);
  if (shardedItemsOf(items).most > SHARDS_OF_PARTITION) remember(counter, WIDEST);
  // Who remembers all partitions looks into them, though the item that says so was removed.
  const partitions = levelOf(counter) === WIDEST ? SHARD_PARTITIONS : 1;
  const others = await Promise.all(
    Array.from({ length: partitions - 1 }, (_, index) => itemsIn(table, counter, index + 1)),
  );
  return shardedItemsOf([items, ...others].flat());
};

/** Removes a counter whose team or person is gone. A write that was under way may have made any of the items anew. */
export const removeShards = async (table: Table, counter: Key): Promise<void> => {
  for (let partition = SHARD_PARTITIONS - 1; partition >= 0; partition -= 1) {
    for (const { pk, sk } of await itemsIn(table, counter, partition)) {
      await table.remove({ pk: String(pk), sk: String(sk) });
    }
  }
};
