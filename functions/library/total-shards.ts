import { ABOVE, SHARDS_OF_PARTITION, TOTALS_PARTITIONS, totalsKey, totalsPk } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/**
 * How many shards take the changes of a team. One is enough for most, and its item is all that they have:
 *
 *     quiet  1 --a conflict--> 16, of the same partition --conflicts go on--> 64, of four partitions
 *
 * Each instance of a function remembers what its own writes met. Readers need not know, but for the last step: all shards of the
 * first partition are read anyway, and the first item says whether there are others.
 */
const SHARDS = [1, SHARDS_OF_PARTITION, SHARDS_OF_PARTITION * TOTALS_PARTITIONS] as const;
const WIDEST = 2;
/** The attempt from which a write leaves the partition. Two writes that met by chance do not: pages of the team would be dearer for good. */
const WIDE_ATTEMPT = 4;
/** Teams that an instance remembers. */
const MOST_TEAMS = 1000;

const levels = new Map<string, number>();

const levelOf = (teamId: string): number => levels.get(teamId) ?? 0;

const remember = (teamId: string, level: number): void => {
  if (levels.size >= MOST_TEAMS) levels.clear();
  levels.set(teamId, Math.max(level, levelOf(teamId)));
};

/** The shard of a first attempt. Any will do: a figure of the team is the sum over all. */
export const someShard = (teamId: string): number => Math.floor(Math.random() * (SHARDS[levelOf(teamId)] ?? 1));

/** The shard of an attempt after a conflict. A partition is noted before its first shard is written, so no reader misses it. */
export const shardAfterConflict = async (table: Table, teamId: string, attempt: number): Promise<number> => {
  const level = attempt < WIDE_ATTEMPT ? 1 : WIDEST;
  if (level === WIDEST && levelOf(teamId) < WIDEST) {
    await table.update({
      Key: totalsKey(teamId),
      UpdateExpression: 'SET spread = :all ADD changes :one',
      ConditionExpression: 'attribute_not_exists(spread)',
      ExpressionAttributeValues: { ':all': TOTALS_PARTITIONS, ':one': 1 },
    });
  }
  remember(teamId, level);
  return someShard(teamId);
};

type Item = Readonly<Record<string, unknown>>;

/** The items of a team's totals, as they are stored. */
export interface TotalItems {
  /** The item that has the quota taken, and everything that was counted before there were shards. */
  readonly first: Item;
  readonly shards: ReadonlyMap<number, Item>;
  /** How many shards there may be; most of them do not exist. */
  readonly most: number;
}

const SHARD = /^TOTALS#(\d+)$/;

const itemsIn = async (table: Table, teamId: string, partition: number): Promise<readonly Item[]> => {
  const { Items = [] } = await table.query({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': totalsPk(teamId, partition),
      ':first': totalsKey(teamId).sk,
      ':last': `${totalsKey(teamId).sk}${ABOVE}`,
    },
    ConsistentRead: true,
  });
  return Items;
};

/** The totals that all items of a team are. */
export const totalItemsOf = (items: readonly Item[]): TotalItems => {
  const first = items.find(({ sk }) => sk === 'TOTALS') ?? {};
  const numbered = items.flatMap((item) => {
    const shard = SHARD.exec(String(item.sk))?.[1];
    return shard === undefined ? [] : [[Number(shard), item] as const];
  });
  return { first, shards: new Map(numbered), most: Number(first.spread ?? 1) * SHARDS_OF_PARTITION };
};

/** Reads all shards: one query for most teams. It is no snapshot, but for a team at rest. */
export const readTotalItems = async (table: Table, teamId: string): Promise<TotalItems> => {
  const items = await itemsIn(table, teamId, 0);
  const partitions = totalItemsOf(items).most / SHARDS_OF_PARTITION;
  if (partitions > 1) remember(teamId, WIDEST);
  const others = await Promise.all(
    Array.from({ length: partitions - 1 }, (_, index) => itemsIn(table, teamId, index + 1)),
  );
  return totalItemsOf([items, ...others].flat());
};

/** Removes the totals of a team that is gone. A write that was under way may have made any of the items anew. */
export const removeTotals = async (table: Table, teamId: string): Promise<void> => {
  for (let partition = TOTALS_PARTITIONS - 1; partition >= 0; partition -= 1) {
    for (const { pk, sk } of await itemsIn(table, teamId, partition)) {
      await table.remove({ pk: String(pk), sk: String(sk) });
    }
  }
};
