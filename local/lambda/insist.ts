import { setTimeout as pause } from 'node:timers/promises';
import { AwsError } from '../ports.ts';

const LONGEST_BACKOFF_MS = 10_000;

/** Waits before another attempt, or until the signal aborts. */
export const backOff = (attempt: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(100 * 2 ** attempt, LONGEST_BACKOFF_MS), undefined, { signal, ref: false }).catch(() => {});

/** The line that reports a failure of an event source. */
export const failureOf = (logicalId: string, error: unknown): string =>
  `${logicalId}: ${error instanceof AwsError ? error.message : String(error)}`;

/** Retries a step until it succeeds; throws when the signal aborts before. */
export type Insist = <T>(step: () => Promise<T>) => Promise<T>;

export const insisting =
  (logicalId: string, signal: AbortSignal, report: (message: string) => void): Insist =>
  async (step) => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await step();
      } catch (error) {
        signal.throwIfAborted();
        report(failureOf(logicalId, error));
        await backOff(failures, signal);
        signal.throwIfAborted();
      }
    }
  };
