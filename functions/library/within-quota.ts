import { MediaError } from '../domain/errors.ts';
import { jitteredPause, type Table, type TransactItem } from '../table/table.ts';
import { leaseTo, type Want } from './quota-leases.ts';
import { shardAfterConflict, someShard } from './total-shards.ts';
import { type Leased, shardUpdate, type TotalsDelta } from './totals.ts';

interface Bounded {
  readonly teamId: string;
  readonly delta: TotalsDelta;
  /** The quotas that the change has to keep. */
  readonly most: Partial<Record<Leased, number>>;
}

const ATTEMPTS = 12;
/** Attempts without a pause: the first one finds nothing leased, the second has what was leased for it. */
const AT_ONCE = 2;

/**
 * Changes a team's totals within its quotas. `step` writes the given item with its own at the position `at`, and answers the
 * positions that failed. Answers those, or the quota that leaves no room; the step's own failures come first. Most changes find
 * what they need leased to their shard; otherwise it is leased, and the step repeated.
 */
export const withinQuota = async (
  table: Table,
  { teamId, delta, most }: Bounded,
  at: number,
  step: (item: TransactItem) => Promise<readonly number[]>,
): Promise<readonly number[] | Leased> => {
  const wants: readonly Want[] = Object.entries(most)
    .map(([name, quota]) => ({ name: name as Leased, by: delta[name] ?? 0, quota }))
    .filter(({ by }) => by > 0);
  const bounds = Object.fromEntries(wants.map(({ name, quota }) => [name, quota]));
  let shard = someShard(teamId);
  const spend = (): TransactItem => shardUpdate(teamId, shard, delta, bounds);
  const instead = async (from: Table, attempt: number): Promise<TransactItem> => {
    shard = await shardAfterConflict(from, teamId, attempt);
    return spend();
  };
  const isShort = (failed: readonly number[]): boolean => failed.length === 1 && failed[0] === at;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const failed = await step({ ...spend(), instead });
    if (!isShort(failed)) return failed;
    const leased = await leaseTo(table, teamId, shard, wants);
    if (typeof leased === 'number') {
      shard = leased;
      // Many that want the last of a quota meet where it is: they come back one after the other.
      if (attempt > AT_ONCE) await jitteredPause(attempt - AT_ONCE);
      continue;
    }
    // The same step may have been done by another call, which used what was left for it.
    const after = await step({ ...spend(), instead });
    return isShort(after) ? leased : after;
  }
  throw new MediaError('BUSY', 'What is left of the quota keeps changing', { retryAfter: 1 });
};
