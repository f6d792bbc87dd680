import type { InvokeResult } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import { type Instance, startInstance } from './instance.ts';
import type { InstanceOptions } from './thread.ts';

/** The instances of one function, and those of them that have nothing to do. */
export interface Fleet {
  /** Running instances and those that start. */
  size(): number;
  isStarting(): boolean;
  /** Whether no instance works on a request. */
  isIdle(): boolean;
  /** Starts an idle instance; resolves with the error payload of a bundle that does not load. */
  start(): Promise<InvokeResult | undefined>;
  /** An idle instance, which is not idle any more: the one used last has warm caches, the others grow old and are reaped. */
  take(): Instance | undefined;
  /** The instance has done its work. */
  giveBack(instance: Instance): void;
  /** Ends instances that have been idle since before the given time. */
  reap(idleSince: number): void;
  /** Ends all instances, and each one that still starts. */
  stop(): Promise<void>;
}

/** Creates the fleet; `prepare` is awaited before each start. */
export const createFleet = (spec: FunctionSpec, prepare: () => Promise<InstanceOptions>): Fleet => {
  const all = new Set<Instance>();
  const idle: { readonly instance: Instance; readonly since: number }[] = [];
  let starting = 0;
  let stopped = false;

  const giveBack = (instance: Instance): void => {
    if (instance.isAlive() && !stopped) idle.push({ instance, since: Date.now() });
    else all.delete(instance);
  };

  const start = async (): Promise<InvokeResult | undefined> => {
    starting++;
    try {
      const instance = startInstance(spec, await prepare());
      all.add(instance);
      const failure = await instance.ready;
      if (failure !== undefined || stopped) await instance.end();
      giveBack(instance);
      return failure;
    } finally {
      starting--;
    }
  };

  return {
    size: () => all.size + starting,
    isStarting: () => starting > 0,
    isIdle: () => starting === 0 && idle.length === all.size,
    start,
    take: () => {
      for (;;) {
        const instance = idle.pop()?.instance;
        if (instance === undefined || instance.isAlive()) return instance;
        all.delete(instance);
      }
    },
    giveBack,
    reap: (idleSince) => {
      for (let index = idle.length - 1; index >= 0; index--) {
        const entry = idle[index];
        if (entry === undefined || entry.since > idleSince) continue;
        idle.splice(index, 1);
        all.delete(entry.instance);
        void entry.instance.end();
      }
    },
    stop: async () => {
      stopped = true;
      await Promise.all([...all].map((instance) => instance.end()));
    },
  };
};
