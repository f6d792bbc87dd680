import type { InvokeResult } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';

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

interface Idle {
  readonly instance: Instance;
  readonly since: number;
}

// Starting an instance costs as much processor time as many warm requests: wait this long for a busy one first.
const PATIENCE_MS = 25;

/** Creates the pool of one function. Requests wait in order of arrival. */
export const createPool = (spec: FunctionSpec, options: PoolOptions): Pool => {
  const waiting: Waiting[] = [];
  const idle: Idle[] = [];
  const all = new Set<Instance>();
  let starting = 0;
  let impatient: NodeJS.Timeout | undefined;
  let stopped = false;
  let retired: (() => void) | undefined;

  const run = async (instance: Instance, { event, resolve, reject }: Waiting): Promise<void> => {
    await instance.invoke(event).then(resolve, reject);
    if (instance.isAlive() && !stopped) idle.push({ instance, since: Date.now() });
    else all.delete(instance);
    dispatch();
  };

  const start = async (): Promise<void> => {
    starting++;
    try {
      const instance = startInstance(spec, await options.prepare());
      all.add(instance);
      const failure = await instance.ready;
      if (failure === undefined && !stopped) idle.push({ instance, since: Date.now() });
      else {
        all.delete(instance);
        await instance.end();
        // The bundle does not load: the request that wanted it learns why, the next one tries again.
        if (failure) waiting.shift()?.resolve(failure);
      }
    } catch (error) {
      waiting.shift()?.reject(error);
    } finally {
      starting--;
    }
    dispatch();
  };

  const dispatch = (): void => {
    while (waiting.length > 0 && idle.length > 0) {
      // The instance used last is the one with warm caches; the others grow old and are reaped.
      const { instance } = idle.pop() as Idle;
      if (!instance.isAlive()) {
        all.delete(instance);
        continue;
      }
      void run(instance, waiting.shift() as Waiting);
    }
    if (waiting.length > 0 && all.size + starting < options.capacity) grow();
    if (retired && waiting.length === 0 && starting === 0 && idle.length === all.size) retired();
  };

  const grow = (): void => {
    if (all.size + starting === 0) void start();
    else if (starting === 0) {
      impatient ??= setTimeout(() => {
        impatient = undefined;
        if (!stopped && waiting.length > 0 && all.size + starting < options.capacity) void start();
      }, PATIENCE_MS);
    }
  };

  const endAll = async (): Promise<void> => {
    stopped = true;
    clearTimeout(impatient);
    for (const { reject } of waiting.splice(0)) reject(new Error(`${spec.name} was stopped.`));
    await Promise.all([...all].map((instance) => instance.end()));
  };

  return {
    capacity: options.capacity,
    invoke: (event, withdrawn) =>
      new Promise((resolve, reject) => {
        const request: Waiting = { event, resolve, reject };
        const withdraw = (): void => {
          const at = waiting.indexOf(request);
          if (at === -1) return;
          waiting.splice(at, 1);
          reject(withdrawn?.reason);
        };
        waiting.push(request);
        if (withdrawn?.aborted) return withdraw();
        withdrawn?.addEventListener('abort', withdraw, { once: true });
        dispatch();
      }),
    reap: (idleSince) => {
      for (let index = idle.length - 1; index >= 0; index--) {
        const entry = idle[index];
        if (entry === undefined || entry.since > idleSince) continue;
        idle.splice(index, 1);
        all.delete(entry.instance);
        void entry.instance.end();
      }
    },
    retire: async () => {
      await new Promise<void>((resolve) => {
        retired = resolve;
        dispatch();
      });
      await endAll();
    },
    stop: endAll,
  };
};
