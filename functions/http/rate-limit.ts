import { boundFor } from '../domain/counted-for.ts';
import type { Clock } from '../domain/ports.ts';

/** The subject of the count: a person, an API key, or an address without a sign-in. */
export interface Caller {
  readonly kind: 'user' | 'key' | 'address';
  readonly id: string;
}

/** A caller's use of the current minute. */
export interface RateLimitStatus {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the next minute begins. */
  readonly reset: number;
  readonly exceeded: boolean;
}

/** Counts a call, as several if it costs more; undefined when the counter cannot be read and the call passes uncounted. */
export type RateLimiter = (caller: Caller, calls?: number) => Promise<RateLimitStatus | undefined>;

export interface RateLimits {
  readonly perMinute: number;
  readonly anonymousPerMinute: number;
}

/** Adds calls to the count of a window, and answers the sum. Undefined when the store is throttled. */
export type TakeCalls = (subject: string, window: number, calls: number) => Promise<number | undefined>;

const WINDOW_SECONDS = 60;
/** An instance takes this many calls at once, so that one request in twenty writes; small limits are dealt out in smaller pieces. */
const LARGEST_LEASE = 20;
const LEASES_IN_A_LIMIT = 20;
const MOST_CALLERS = 10_000;

interface Lease {
  readonly window: number;
  left: number;
  /** The rest of the limit when the lease was given, without this lease. */
  beyond: number;
}

/**
 * Counts calls in minutes of the clock, over all instances of all functions. No more calls pass than the limit says; up to a
 * lease for each busy instance may expire unused, so limits should be generous.
 */
export const rateLimiter = (
  { perMinute, anonymousPerMinute }: RateLimits,
  take: TakeCalls,
  clock: Clock,
): RateLimiter => {
  const leases = new Map<string, Lease>();

  const leaseFor = async (
    subject: string,
    window: number,
    limit: number,
    calls: number,
  ): Promise<Lease | undefined> => {
    const known = leases.get(subject);
    if (known?.window === window && (known.left >= calls || known.beyond <= 0)) return known;
    const wanted = Math.max(calls, Math.min(LARGEST_LEASE, Math.floor(limit / LEASES_IN_A_LIMIT)));
    const taken = await take(subject, window, wanted);
    if (taken === undefined) return undefined;
    const granted = Math.min(wanted, Math.max(0, limit - (taken - wanted)));
    // Concurrent calls of one instance share the leases that they got.
    const current = leases.get(subject);
    if (current?.window === window) {
      current.left += granted;
      current.beyond = Math.min(current.beyond, limit - taken);
      return current;
    }
    const lease = { window, left: granted, beyond: limit - taken };
    if (leases.size >= MOST_CALLERS) leases.clear();
    leases.set(subject, lease);
    return lease;
  };

  return async ({ kind, id }, calls = 1) => {
    const limit = kind === 'address' ? anonymousPerMinute : boundFor({ isKey: kind === 'key' }, perMinute);
    const seconds = clock().getTime() / 1000;
    const window = Math.floor(seconds / WINDOW_SECONDS);
    const lease = await leaseFor(`${kind}#${id}`, window, limit, calls);
    if (!lease) return undefined;
    const exceeded = lease.left < calls;
    if (!exceeded) lease.left -= calls;
    return {
      limit,
      remaining: Math.max(0, lease.left + Math.max(0, lease.beyond)),
      reset: Math.max(1, Math.ceil((window + 1) * WINDOW_SECONDS - seconds)),
      exceeded,
    };
  };
};

/** The address that calls are counted for: of IPv6 the first 64 bits, since one line has all addresses below them. */
export const countedAddress = (sourceIp: string): string => {
  if (!sourceIp.includes(':')) return sourceIp;
  const [head = '', tail] = sourceIp.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
};

/** Headers with the caller's use of the limit (draft-ietf-httpapi-ratelimit-headers-06). */
export const rateHeaders = ({ limit, remaining, reset }: RateLimitStatus): Readonly<Record<string, string>> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(reset),
});
