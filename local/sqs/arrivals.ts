/** Consumers that wait for messages of a queue, and what wakes them. */
export interface Arrivals {
  /** Resolves when a message may have become visible in the queue, after the time, or when the signal aborts. */
  next(queue: string, ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Messages of the queue are visible now. */
  wake(queue: string): void;
  /** Messages of the queue become visible later: its consumers are woken then. */
  wakeLater(queue: string): void;
  /** Wakes all consumers; none waits after it. */
  stop(): void;
}

/** Wakes consumers by `nextVisibleAt`, which says when the next hidden message of a queue becomes visible. */
export const createArrivals = (nextVisibleAt: (queue: string, now: number) => number | undefined): Arrivals => {
  const waiting = new Map<string, Set<() => void>>();
  const alarms = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  let stopped = false;

  const wake = (queue: string): void => {
    for (const resume of [...(waiting.get(queue) ?? [])]) resume();
  };

  // Hidden and delayed messages become visible by the clock: one timer for each queue, for the next of them.
  const wakeLater = (queue: string): void => {
    if (stopped || !waiting.get(queue)?.size) return;
    const at = nextVisibleAt(queue, Date.now());
    const current = alarms.get(queue);
    if (at === undefined || (current && current.at <= at)) return;
    clearTimeout(current?.timer);
    const ring = (): void => {
      alarms.delete(queue);
      wake(queue);
    };
    alarms.set(queue, { at, timer: setTimeout(ring, Math.max(1, at - Date.now() + 1)).unref() });
  };

  const next = (queue: string, ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const waiters = waiting.get(queue) ?? new Set();
      waiting.set(queue, waiters);
      const resume = (): void => {
        waiters.delete(resume);
        clearTimeout(timer);
        signal?.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, ms).unref();
      waiters.add(resume);
      signal?.addEventListener('abort', resume);
      if (signal?.aborted || stopped) resume();
      else wakeLater(queue);
    });

  return {
    next,
    wake,
    wakeLater,
    stop: () => {
      stopped = true;
      for (const queue of waiting.keys()) wake(queue);
      for (const { timer } of alarms.values()) clearTimeout(timer);
    },
  };
};
