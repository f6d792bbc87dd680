import { countedAs } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import { type Caller, countedAddress, type RateLimiter, type RateLimitStatus } from './rate-limit.ts';
import type { Route } from './route.ts';

/** Queries and reads by key that count as one call. */
export const READS_OF_A_CALL = 20;
/** Deleted records that count as one call: each changes tags, counters and lists. */
export const CHANGES_OF_A_CALL = 5;
/** Rows of an answer that count as one call: the largest page. */
export const ROWS_OF_A_CALL = 100;
/** Entries that an offset skips one by one that count as one call: about a megabyte of them. */
export const SKIPPED_OF_A_CALL = 1000;
/** Entries and records that a search reads for one call: more than one for a few common words does. */
export const READ_OF_A_SEARCH = 2500;
/** The most that an offset counts as: one far beyond the end is no reason to refuse all other calls of the minute. */
const MOST_CALLS_OF_OFFSET = 100;
/** Bytes of an answer that count as one call: as many as a request has. */
export const BYTES_OF_A_CALL = 256 * 1024;
/** Entries of a list that is only signed or compared that count as one call. */
export const ENTRIES_OF_A_CALL = 500;

/** The number of calls that so many items count as, at least one. */
export const callsOf = (things: number, ofACall: number): number => Math.max(1, Math.ceil(things / ofACall));

/**
 * The number of calls that a page at an offset counts as. Where no stored counts lead to it, in the trash, behind a tag and in a
 * search, the skipped entries are read, and a call may last for many seconds.
 */
export const callsOfOffset = (offset: number): number =>
  Math.min(MOST_CALLS_OF_OFFSET, callsOf(offset, SKIPPED_OF_A_CALL));

/**
 * For whom a call counts. Guests have no account: all guests of one address share its limit. An API key counts for itself, and
 * for all keys of its maker together. A call that ends access counts for its login alone.
 */
export const callersOf = (
  principal: Principal | undefined,
  sourceIp: string,
  endsAccess: boolean | undefined = false,
): readonly Caller[] => {
  if (!principal || principal.guest) return [{ kind: 'address', id: countedAddress(sourceIp) }];
  const { kind, id } = namedBy(principal);
  const counted = countedAs(principal);
  if (kind === 'api-key') {
    return [
      { kind: 'key', id },
      { kind: 'user', id: counted.id },
    ];
  }
  return [{ kind: 'user', id: endsAccess ? `ending#${id}` : counted.id }];
};

/** The caller of a request, and the rest of their limit; `noted` is the answer's headers about it. */
interface Counted {
  readonly sourceIp: string;
  readonly principal: Principal | undefined;
  /** Whether the call ends access. */
  readonly endsAccess?: boolean | undefined;
  readonly note: (standing: RateLimitStatus) => void;
}

/** Counts calls; throws `RATE_LIMITED` where the minute has no room for them. */
export const countCalls = async (
  limit: RateLimiter,
  { principal, sourceIp, endsAccess, note }: Counted,
  calls = 1,
): Promise<RateLimitStatus | undefined> => {
  let least: RateLimitStatus | undefined;
  for (const caller of callersOf(principal, sourceIp, endsAccess)) {
    const standing = await limit(caller, calls);
    if (!standing) continue;
    if (!least || standing.exceeded || standing.remaining < least.remaining) least = standing;
    if (standing.exceeded) break;
  }
  if (!least) return undefined;
  note(least);
  if (!least.exceeded) return least;
  throw new MediaError('RATE_LIMITED', 'Too many requests', { retryAfter: least.reset });
};

/** Counts the additional cost of a call before it runs. No call costs more than a minute's limit: it could never succeed. */
export const countInput = async (
  route: Pick<Route<unknown, unknown>, 'cost'>,
  input: unknown,
  left: RateLimitStatus | undefined,
  count: (calls: number) => Promise<unknown>,
): Promise<void> => {
  const calls = Math.min(route.cost?.(input) ?? 1, left?.limit ?? 1);
  if (calls > 1) await count(calls - 1);
};

/** Counts the additional cost of a finished call. It cannot be refused any more; it takes the rest of the minute at most. */
export const countOutput = async (
  route: Pick<Route<unknown, unknown>, 'costOfAnswer'>,
  output: unknown,
  left: RateLimitStatus | undefined,
  count: (calls: number) => Promise<unknown>,
): Promise<void> => {
  const calls = Math.min((route.costOfAnswer?.(output) ?? 1) - 1, left?.remaining ?? 0);
  if (calls <= 0) return;
  try {
    await count(calls);
  } catch (error) {
    // Other calls took the rest of the minute meanwhile: this one is done, and an error would have it repeated.
    if (!(error instanceof MediaError)) throw error;
  }
};
