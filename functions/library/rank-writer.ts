import { bucketsPk } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import {
  bucketAt,
  bucketUpdate,
  RANKED_ORDERS,
  type RankedOrder,
  type RankedPlace,
  rankedUpdate,
} from './rank-buckets.ts';
import {
  beginRanks,
  isOfRun,
  type Known,
  knownStretch,
  LOWEST,
  loadRanks,
  type TeamRanks,
} from './rank-generations.ts';
import { dropBucket, splitBucket } from './split-bucket.ts';
import { countOf, type TotalsDelta } from './totals.ts';

/**
 * Ranks count the listed records of a team by buckets of each order, so that a page at a large offset adds up a few
 * counts instead of counting items:
 *
 *     [ .. holiday 07#id! ) 212   [ holiday 07#id! .. picnic#id! ) 388   [ picnic#id! .. ) 97
 *
 * A count moves in the transaction that notes the place of a record among its terms, so it is exact under repeats. A
 * bucket that has grown is cut in two, an empty one is dropped. `cut` changes with the bounds of a bucket and fails
 * writers that count by older ones; `turn` changes with its counts and fails writers that cut by older ones.
 */
export interface RankWriter {
  /** The current generation; with `rebuild`, starts that one unless it was started. */
  generation(teamId: string, rebuild?: string): Promise<string>;
  /** The additions to a transaction: at most an item for each order of each move, and one for each team. */
  items(moves: readonly RankMove[]): Promise<readonly TransactItem[]>;
  /** Reports that a transaction with these moves succeeded. */
  moved(moves: readonly RankMove[]): Promise<void>;
  /** Bounds are read again: another call changed them, or may have. */
  forget(teamId: string): void;
  /** Splits grown buckets and removes empty ones. */
  settle(): Promise<void>;
}

export interface RankMove {
  readonly teamId: string;
  readonly place: RankedPlace;
  readonly by: 1 | -1;
}

/** A page counts through at most one bucket: a few milliseconds. Shorter ones would be more to add up. */
const LARGEST_BUCKET = 400;
/** Trying to cut reads all that is in a bucket. After one in vain, this share of it has to move before the next. */
const REST_AFTER_TRY = 0.25;
/** Teams whose bounds a function caches in memory. */
const MOST_TEAMS = 100;

/** The ranks of teams, which are read once. */
const cachedRanks = (table: Table) => {
  const teams = new Map<string, Promise<TeamRanks>>();
  return {
    of: (teamId: string): Promise<TeamRanks> => {
      const known = teams.get(teamId);
      if (known) return known;
      if (teams.size >= MOST_TEAMS) teams.clear();
      const loading = loadRanks(table, teamId);
      teams.set(teamId, loading);
      loading.catch(() => teams.delete(teamId));
      return loading;
    },
    forget: (teamId: string): void => void teams.delete(teamId),
  };
};

/** Changes of counts, added up for each item that has them. */
const createChanges = () => {
  const deltas = new Map<string, Record<string, number>>();
  const items = new Map<string, (delta: TotalsDelta) => TransactItem>();
  return {
    add: (key: string, change: TotalsDelta, item: (delta: TotalsDelta) => TransactItem): void => {
      const delta = deltas.get(key) ?? {};
      for (const [name, by] of Object.entries(change)) delta[name] = (delta[name] ?? 0) + by;
      deltas.set(key, delta);
      items.set(key, item);
    },
    items: (): readonly TransactItem[] => [...items].map(([key, item]) => item(deltas.get(key) ?? {})),
  };
};

/** The writing side of ranks. Caches the bounds of teams in memory: a stale one fails its transaction and is read again. */
export const rankWriter = (table: Table, longest = LARGEST_BUCKET): RankWriter => {
  const ranks = cachedRanks(table);
  const touched = new Map<Known, { readonly teamId: string; readonly order: RankedOrder }>();

  return {
    generation: async (teamId, rebuild) => {
      const current = await ranks.of(teamId);
      if (rebuild === undefined || isOfRun(current.generation, rebuild)) return current.generation;
      ranks.forget(teamId);
      await beginRanks(table, teamId, current, rebuild, Math.ceil(longest / 2));
      return (await ranks.of(teamId)).generation;
    },

    items: async (moves) => {
      const changes = createChanges();
      for (const { teamId, place, by } of moves) {
        const { generation, orders } = await ranks.of(teamId);
        const change = countOf('active', place.kind, by);
        changes.add(teamId, change, (delta) => rankedUpdate(teamId, generation, delta));
        for (const order of RANKED_ORDERS) {
          const bucket = bucketAt(orders[order], place[order]) ?? LOWEST;
          const pk = bucketsPk(teamId, generation, order);
          changes.add(`${pk} ${bucket.bound}`, change, (delta) => bucketUpdate(pk, bucket, delta));
        }
      }
      return changes.items();
    },

    moved: async (moves) => {
      for (const { teamId, place, by } of moves) {
        const { orders } = await ranks.of(teamId);
        for (const order of RANKED_ORDERS) {
          const bucket = bucketAt(orders[order], place[order]);
          if (!bucket) continue;
          bucket.size += by;
          bucket.rest -= 1;
          touched.set(bucket, { teamId, order });
        }
      }
    },

    forget: ranks.forget,

    settle: async () => {
      const changed = [...touched].filter(
        ([{ size, rest, bound }]) => (size > longest && rest <= 0) || (size <= 0 && bound !== ''),
      );
      touched.clear();
      for (const [bucket, { teamId, order }] of changed) {
        const { generation, orders } = await ranks.of(teamId);
        const known = orders[order];
        const at = known.indexOf(bucket);
        // Bounds that were read again meanwhile are handled when their counts change again.
        if (at < 0) continue;
        const { size, bound } = bucket;
        const name = { teamId, generation, order, bound };
        if (size <= longest) {
          if (await dropBucket(table, name)) known.splice(at, 1);
          else ranks.forget(teamId);
          continue;
        }
        const pieces = await splitBucket(table, name, known, Math.ceil(size / longest) + 1);
        if (pieces === 'lost') ranks.forget(teamId);
        else if (pieces === 'too early') bucket.rest = Math.ceil(size * REST_AFTER_TRY);
        else known.splice(at, 1, ...pieces.map(knownStretch));
      }
    },
  };
};
