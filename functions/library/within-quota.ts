import { MediaError } from '../domain/errors.ts';
import { totalsKey } from '../table/keys.ts';
import { jitteredPause, type Key, type Table, type TransactItem } from '../table/table.ts';
import { leaseTo, type Want } from './quota-leases.ts';
import { shardAfterConflict, someShard } from './total-shards.ts';
import { type Leased, shardUpdate, type TotalsDelta } from './totals.ts';

/** A change of a counter that has to keep bounds. */
export interface Bounded {
  readonly counter: Key;
  readonly delta: TotalsDelta;
  /** The quotas that the change has to keep. */
  readonly most: Partial<Record<Leased, number>>;
  /** Makes the shard's item of its update; as it is unless given. */
  readonly noting?: (item: TransactItem) => TransactItem;
  /** Counts the things themselves, before anything is leased or anyone is refused; answers whether that changed the figure. */
  readonly recount?: (isFull: boolean) => Promise<boolean>;
}

const ATTEMPTS = 12;
/** Attempts without a pause: the first one finds nothing leased, the second has what was leased for it. */
const AT_ONCE = 2;

/** A bounded change while its transaction is tried: the shard that it moves, and what it has to lease. */
const attempted = ({ counter, delta, most, noting = (item) => item }: Bounded) => {
  const wants: readonly Want[] = Object.entries(most)
    .map(([name, quota]) => ({ name: name as Leased, by: delta[name] ?? 0, quota }))
    .filter(({ by }) => by > 0);
  const bounds = Object.fromEntries(wants.map(({ name, quota }) => [name, quota]));
  let shard = someShard(counter);
  const spend = (): TransactItem => noting(shardUpdate(counter, shard, delta, bounds));
  const instead = async (from: Table, attempt: number): Promise<TransactItem> => {
    shard = await shardAfterConflict(from, counter, attempt);
    return spend();
  };
  return {
    wants,
    item: (): TransactItem => ({ ...spend(), instead }),
    /** Leases what is lacking; answers the quota that leaves no room. */
    lease: async (table: Table): Promise<Leased | undefined> => {
      const leased = await leaseTo(table, counter, shard, wants);
      if (typeof leased !== 'number') return leased;
      shard = leased;
      return undefined;
    },
  };
};

/**
 * Changes counters within their quotas. `step` writes the given items, in their order, with its own from the position `at` on, and
 * answers the positions that failed. Answers those, or the quota that leaves no room; the step's own failures come first. Most
 * changes find what they need leased to their shard; otherwise it is leased, and the step repeated.
 */
export const withinQuotas = async (
  table: Table,
  all: readonly Bounded[],
  at: number,
  step: (items: readonly TransactItem[]) => Promise<readonly number[]>,
): Promise<readonly number[] | Leased> => {
  const changes = all.map((bounded) => ({ ...attempted(bounded), recount: bounded.recount }));
  const tried = () => step(changes.map(({ item }) => item()));
  const isShort = (failed: readonly number[]): boolean =>
    failed.length > 0 && failed.every((position) => position >= at && position < at + changes.length);
  let lacking: readonly number[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const failed = await tried();
    if (!isShort(failed)) return failed;
    lacking = failed;
    for (const position of failed) {
      const { lease, recount } = changes[position - at] as (typeof changes)[number];
      await recount?.(false);
      const full = await lease(table);
      if (full === undefined || (await recount?.(true))) continue;
      // The same step may have been done by another call, which used what was left for it.
      const after = await tried();
      return isShort(after) ? full : after;
    }
    // Many that want the last of a quota meet where it is: they come back one after the other.
    if (attempt > AT_ONCE) await jitteredPause(attempt - AT_ONCE);
  }
  // Places come back all the time, and others were faster at each of them: to its caller, that is a full house.
  if (lacking.every((position) => changes[position - at]?.wants.every(({ name }) => name === 'count'))) return 'count';
  throw new MediaError('BUSY', 'What is left of the quota keeps changing', { retryAfter: 1 });
};

/** The same for the totals of one team. */
export const withinQuota = (
  table: Table,
  { teamId, ...change }: Pick<Bounded, 'delta' | 'most'> & { readonly teamId: string },
  at: number,
  step: (item: TransactItem) => Promise<readonly number[]>,
): Promise<readonly number[] | Leased> =>
  withinQuotas(table, [{ counter: totalsKey(teamId), ...change }], at, ([item]) => step(item as TransactItem));
