import { MediashelfError } from './errors.ts';

/** Retries of transient failures. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** About two minutes without an answer, then it fails. */
export const PATIENT: RetryPolicy = { attempts: 12, firstDelayMs: 250, longestDelayMs: 20_000 };

/**
 * The delay before try number `attempt + 1`: it doubles each time, and half of it is random, so that clients which lost one
 * server together do not retry together. A `Retry-After` of the server is a minimum.
 */
export const delayBefore = (
  attempt: number,
  { firstDelayMs, longestDelayMs }: RetryPolicy,
  retryAfter: number | null = null,
  random: () => number = Math.random,
): number => {
  const backOff = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  const jittered = (backOff / 2) * (1 + random());
  return retryAfter === null ? jittered : retryAfter * 1000 + (Math.min(retryAfter * 1000, backOff) / 2) * random();
};

/** Seconds of a `Retry-After` header, which has seconds or a date (RFC 9110, section 10.2.3). */
export const retryAfterOf = (header: string | null, now = Date.now()): number | null => {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
};

/** Statuses by which a server says that it did nothing, and that the same request may do better later. */
const isRefusedForNow = (status: number, retryAfter: number | null): boolean =>
  status === 429 || status === 503 || (status === 409 && retryAfter !== null);

/** Statuses that leave open whether the request had an effect. */
const isBroken = (status: number): boolean => status === 408 || status === 500 || status === 502 || status === 504;

/** Whether a request may be sent again after this. One that must not run twice is repeated only if it had no effect. */
export const mayRepeat = (error: unknown, isRepeatable: boolean): boolean => {
  if (!(error instanceof MediashelfError)) return false;
  if (error.status === null) return isRepeatable && error.code === 'NETWORK';
  return isRefusedForNow(error.status, error.retryAfter) || (isRepeatable && isBroken(error.status));
};

/** Resolves after a time, rejects as soon as the signal says so. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Waits for a promise that others may wait for as well: a signal only ends this wait. */
export const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop));
    if (signal?.aborted) stop();
  });

export interface Retrying {
  readonly policy: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly mayRepeat: (error: unknown) => boolean;
}

/** Runs `work` until it succeeds, fails permanently, or has no tries left. */
export const retrying = async <T>(work: () => Promise<T>, { policy, signal, mayRepeat }: Retrying): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= policy.attempts || !mayRepeat(error)) throw error;
      await pause(delayBefore(attempt, policy, (error as MediashelfError).retryAfter), signal);
    }
  }
};
