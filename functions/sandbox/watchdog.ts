import { Worker } from 'node:worker_threads';
import type { Bound, SandboxLimits } from './limits.ts';

/**
 * The signals by which a process ends itself, each for one bound, so that the parent knows which: their default action ends a
 * process, and nothing else uses them. A `SIGKILL` came from outside.
 */
export const SIGNAL_OF = { time: 'SIGALRM', processor: 'SIGVTALRM', memory: 'SIGUSR2' } as const;

/** The bound of a signal. */
export const boundOf = (signal: string | null): Bound =>
  (Object.keys(SIGNAL_OF) as (keyof typeof SIGNAL_OF)[]).find((bound) => SIGNAL_OF[bound] === signal) ?? 'crash';

const LOOK_MILLISECONDS = 50;
const IDLE_MILLISECONDS = 500;

/** Numbers that both threads see: whether a task is running, then its bounds and where it began, in milliseconds or MiB. */
const SLOTS = 6;

/**
 * Watches a process from a separate thread, which keeps running while decoders or JavaScript block all others: wall clock,
 * processor time and memory of the task, and whether the parent process still exists. The end is a signal to the own process,
 * which no native code can block.
 */
export const startWatchdog = (parent: number) => {
  const shared = new Float64Array(new SharedArrayBuffer(SLOTS * 8));
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(`(${watch})()`, {
    eval: true,
    workerData: { shared, bell, parent, signals: SIGNAL_OF, looks: [LOOK_MILLISECONDS, IDLE_MILLISECONDS] },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  worker.unref();
  const ring = (): void => {
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  return {
    begin: ({ wallMs, cpuMs, memoryBytes }: SandboxLimits): void => {
      const { user, system } = process.cpuUsage();
      shared.set([1, Date.now() + wallMs, (user + system) / 1000 + cpuMs, memoryBytes]);
      ring();
    },
    end: (): void => {
      shared[0] = 0;
    },
  };
};

/** The code of the thread; it sees nothing of this module. */
function watch(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { shared, bell, parent, signals, looks } = workerData;
  for (;;) {
    const working = shared[0] === 1;
    // Another process adopted this one: the parent is gone.
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    if (working) {
      const { user, system } = process.cpuUsage();
      if (Date.now() > shared[1]) process.kill(process.pid, signals.time);
      if ((user + system) / 1000 > shared[2]) process.kill(process.pid, signals.processor);
      if (process.memoryUsage.rss() > shared[3]) process.kill(process.pid, signals.memory);
    }
    Atomics.wait(bell, 0, Atomics.load(bell, 0), looks[working ? 0 : 1]);
  }
}
