import type { InvokeResult } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import { createFleet } from './fleet.ts';
import type { Instance } from './instance.ts';
import type { InstanceOptions } from './thread.ts';

/** The instances of one function and the requests that wait for them. */
export interface Pool {
  readonly capacity: number;
  /** A request that is withdrawn before an instance has started it is never run. */
  invoke(event: string, withdrawn?: AbortSignal): Promise<InvokeResult>;
  /** Ends instances that have been idle since before the given time. */
  reap(idleSince: number): void;
  /** Lets running requests finish, then ends every instance. New requests are still accepted until then. */
  retire(): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
}

/** How a pool starts instances. */
export interface PoolOptions {
  readonly capacity: number;
  /** Awaited before each start. */
  readonly prepare: () => Promise<InstanceOptions>;
}

interface Waiting {
  readonly event: string;
  resolve(result: InvokeResult): void;
  reject(error: unknown): void;
}

// Starting an instance costs as much processor time as many warm requests: wait this long for a busy one first.
const PATIENCE_MS = 25;

/** Requests that wait for an instance, in order of arrival. */
const createRequests = () => {
  const waiting: Waiting[] = [];
  return {
    count: () => waiting.length,
    next: () => waiting.shift(),
    add: (event: string, withdrawn: AbortSignal | undefined): Promise<InvokeResult> =>
      new Promise((resolve, reject) => {
        const request: Waiting = { event, resolve, reject };
        const withdraw = (): void => {
          const at = waiting.indexOf(request);
          if (at === -1) return;
          waiting.splice(at, 1);
          reject(withdrawn?.reason);
        };
        waiting.push(request);
        if (withdrawn?.aborted) withdraw();
        else withdrawn?.addEventListener('abort', withdraw, { once: true });
      }),
    rejectAll: (error: Error): void => {
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
};

/** Creates the pool of one function. Requests wait in order of arrival. */
export const createPool = (spec: FunctionSpec, { capacity, prepare }: PoolOptions): Pool => {
  const requests = createRequests();
  const fleet = createFleet(spec, prepare);
  let impatient: NodeJS.Timeout | undefined;
  let stopped = false;
  let retired: (() => void) | undefined;

  const run = async (instance: Instance, { event, resolve, reject }: Waiting): Promise<void> => {
    await instance.invoke(event).then(resolve, reject);
    fleet.giveBack(instance);
    dispatch();
  };

  const start = async (): Promise<void> => {
    try {
      const failure = await fleet.start();
      // The bundle does not load: the request that wanted it learns why, the next one tries again.
      if (failure) requests.next()?.resolve(failure);
    } catch (error) {
      requests.next()?.reject(error);
    }
    dispatch();
  };

  const dispatch = (): void => {
    while (requests.count() > 0) {
      const instance = fleet.take();
      if (instance === undefined) break;
      void run(instance, requests.next() as Waiting);
    }
    if (requests.count() > 0 && fleet.size() < capacity) grow();
    if (retired && requests.count() === 0 && fleet.isIdle()) retired();
  };

  const grow = (): void => {
    if (fleet.size() === 0) void start();
    else if (!fleet.isStarting()) {
      impatient ??= setTimeout(() => {
        impatient = undefined;
        if (!stopped && requests.count() > 0 && fleet.size() < capacity) void start();
      }, PATIENCE_MS);
    }
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(impatient);
    requests.rejectAll(new Error(`${spec.name} was stopped.`));
    await fleet.stop();
  };

  return {
    capacity,
    invoke: (event, withdrawn) => {
      const answer = requests.add(event, withdrawn);
      dispatch();
      return answer;
    },
    reap: fleet.reap,
    retire: async () => {
      await new Promise<void>((resolve) => {
        retired = resolve;
        dispatch();
      });
      await stop();
    },
    stop,
  };
};
