import type { CachePolicySpec } from '../template/edge.ts';
import { type Answer, errorSeconds, lifetime, mayBeStale } from './freshness.ts';

/** An answer with its body. */
export interface WholeAnswer extends Answer {
  readonly body: Buffer;
}

/** How an answer was found, as `x-cache` says it. */
export type Found = 'Hit' | 'Miss' | 'RefreshHit' | 'Error';

interface Entry {
  readonly answer: WholeAnswer;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** When its own time was over, where it stands in for an error since. */
  readonly over: number;
}

/** How answers of one behaviour are kept. */
export interface Keeping {
  readonly policy: CachePolicySpec;
  readonly errorTtl: ReadonlyMap<number, number>;
}

/** Asks the origin; with an ETag only for what changed since. Throws when it cannot be reached. */
export type AskOrigin = (etag: string | undefined) => Promise<WholeAnswer>;

/** A cache of the edge. */
export interface EdgeCache {
  get(key: string, keeping: Keeping, ask: AskOrigin): Promise<{ answer: WholeAnswer; found: Found; age: number }>;
  /** An answer that is kept and fresh. */
  fresh(key: string): { answer: WholeAnswer; age: number } | undefined;
}

/** More would be no cache of a laptop. */
const MOST_ENTRIES = 5000;

/** An origin that cannot be reached counts as one that answers this. */
const NO_ANSWER = 504;

const etagOf = ({ headers }: Answer): string | undefined =>
  headers.etag === undefined ? undefined : String(headers.etag);

/**
 * Keeps answers by their keys. Simultaneous requests of one key wait for the first one's answer: one that may be kept is for all
 * of them, for any other each asks by itself, as CloudFront does where the least time is 0.
 */
export const createCache = (clock: () => number): EdgeCache => {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<WholeAnswer | undefined>>();

  const keep = (key: string, answer: WholeAnswer, { policy, errorTtl }: Keeping): boolean => {
    const now = clock();
    const seconds = lifetime(answer, policy, errorTtl, now);
    if (seconds <= 0) {
      if (answer.status < 500) entries.delete(key);
      return false;
    }
    entries.delete(key);
    const until = now + seconds * 1000;
    entries.set(key, { answer, since: now, until, over: until });
    const [oldest] = entries.keys();
    if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
    return true;
  };

  /** The old answer, which stands in for an error for as long as the error itself would be kept; undefined when it may not. */
  const standIn = (key: string, old: Entry | undefined, status: number, { errorTtl }: Keeping) => {
    const now = clock();
    if (!old || !mayBeStale(old.answer, (now - old.over) / 1000)) return undefined;
    entries.set(key, { ...old, until: now + errorSeconds(status, errorTtl) * 1000 });
    return { answer: old.answer, found: 'Error', kept: false } as const;
  };

  const fetched = async (key: string, keeping: Keeping, ask: AskOrigin) => {
    const old = entries.get(key);
    const etag = old && etagOf(old.answer);
    let answer: WholeAnswer;
    try {
      answer = await ask(etag);
    } catch (error) {
      const stale = standIn(key, old, NO_ANSWER, keeping);
      if (stale) return stale;
      throw error;
    }
    if (answer.status === 304 && old && etag !== undefined) {
      const headers = {
        ...old.answer.headers,
        ...answer.headers,
        'content-length': old.answer.headers['content-length'],
      };
      const renewed = { ...old.answer, headers };
      return { answer: renewed, found: 'RefreshHit', kept: keep(key, renewed, keeping) } as const;
    }
    const stale = answer.status >= 500 && standIn(key, old, answer.status, keeping);
    if (stale) return stale;
    const found = answer.status >= 400 ? 'Error' : 'Miss';
    return { answer, found, kept: keep(key, answer, keeping) } as const;
  };

  const fresh: EdgeCache['fresh'] = (key) => {
    const entry = entries.get(key);
    const now = clock();
    return entry && entry.until > now
      ? { answer: entry.answer, age: Math.floor((now - entry.since) / 1000) }
      : undefined;
  };

  return {
    fresh,
    get: async (key, keeping, ask) => {
      const hit = fresh(key);
      if (hit) return { ...hit, found: hit.answer.status >= 400 ? 'Error' : 'Hit' };
      const first = underWay.get(key);
      // No pause without a first request: those that come in the same moment have to find this one.
      const shared = first && (await first.catch(() => undefined));
      if (shared) return { answer: shared, found: 'Hit', age: 0 };
      const asking = fetched(key, keeping, ask);
      const offered = asking.then(({ answer, kept }) => (kept ? answer : undefined));
      if (!first) {
        underWay.set(key, offered);
        // Its failure is that of the request itself, below.
        offered.catch(() => {}).finally(() => underWay.delete(key));
      }
      const { answer, found } = await asking;
      return { answer, found, age: 0 };
    },
  };
};
