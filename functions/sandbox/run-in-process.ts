import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ProcessAnswer, ProcessTask } from './in-process.ts';
import { SandboxEndedError, type SandboxLimits } from './limits.ts';
import { lowerPriority } from './lower-priority.ts';
import { boundOf } from './watchdog.ts';

const MIB = 2 ** 20;

export interface ProcessSettings {
  readonly entry: URL;
  /** All of the environment: `sandboxEnvironment`. */
  readonly env: NodeJS.ProcessEnv;
  readonly limits: SandboxLimits;
  /** Processes side by side; each does one task at a time, so that the end of one is the end of one task. */
  readonly atOnce?: number;
  /** Tasks after which a process is replaced. */
  readonly tasksEach?: number;
  /** Milliseconds after which an idle process is ended. */
  readonly idleMs?: number;
  /** Milliseconds after which a task gives way to others, and its process is not kept. */
  readonly slowMs?: number;
}

/** Runs a task in a process; the limits are those of the settings, or narrower ones. */
export type RunInProcess = <Answer>(task: unknown, limits?: Partial<SandboxLimits>) => Promise<Answer>;

const TASKS_EACH = 100;
/** A process with more memory than this after a task, freed or not, is replaced: allocators of native code keep theirs. */
const KEPT_MEMORY = 384 * MIB;
/** The process ends itself at its bounds. If it does not, the parent kills it this much later. */
const GRACE_MILLISECONDS = 1000;

/** A task that runs longer gives way to short ones on the same machine; a person's photo takes a fraction of it. */
const SLOW_MILLISECONDS = 1000;

/** An idle process ends before its function does: then no thread remains that could wait for it. */
const IDLE_MILLISECONDS = 30_000;

interface Helper {
  readonly child: ChildProcess;
  tasks: number;
  /** It was slow once, and its priority is lowered for good. */
  lowered?: boolean;
  rest?: NodeJS.Timeout;
}

/**
 * Runs tasks in processes that have no environment, no credentials and no part in this one's memory. The first task that finds
 * no idle process starts one, and it is kept for later tasks. When a task exceeds a bound, its process is killed by `SIGKILL`,
 * in any native code; tasks in other processes are not affected. Further tasks wait in a queue.
 *
 * The answer throws `SandboxEndedError` when the process was ended, and an error with the message of the task when that threw.
 */
export const processes = (settings: ProcessSettings): RunInProcess => {
  const { atOnce = 1, tasksEach = TASKS_EACH, idleMs = IDLE_MILLISECONDS, slowMs = SLOW_MILLISECONDS } = settings;
  const idle: Helper[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;

  const enter = async (): Promise<void> => {
    if (busy < atOnce) busy += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  // A slot is passed on directly, so that no later caller takes it.
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  };
  const idleHelper = (): Helper | undefined => {
    for (let helper = idle.pop(); helper; helper = idle.pop()) {
      clearTimeout(helper.rest);
      if (helper.child.connected) return helper;
    }
    return undefined;
  };
  const keep = (helper: Helper): void => {
    idle.push(helper);
    const end = (): void => {
      idle.splice(idle.indexOf(helper), 1);
      void ended(helper.child);
    };
    helper.rest = setTimeout(end, idleMs).unref();
  };

  return async <Answer>(task: unknown, limits: Partial<SandboxLimits> = {}): Promise<Answer> => {
    await enter();
    const helper = idleHelper() ?? start(settings);
    const slow = setTimeout(() => giveWay(helper), slowMs);
    try {
      hold(helper.child, true);
      const result = await answerOf(helper.child, { task, limits: { ...settings.limits, ...limits } });
      helper.tasks += 1;
      if (helper.tasks < tasksEach && result.memoryBytes < KEPT_MEMORY && !helper.lowered) keep(helper);
      if ('error' in result) throw new Error(`a sandbox failed: ${result.error}`);
      return result.answer as Answer;
    } finally {
      clearTimeout(slow);
      if (idle.includes(helper)) hold(helper.child, false);
      else await ended(helper.child);
      leave();
    }
  };
};

const start = ({ entry, env, limits }: ProcessSettings): Helper => {
  const child = fork(entry, {
    env,
    execArgv: [`--max-old-space-size=${limits.heapMb}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    // Messages that libraries print about untrusted files do not go to the log.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // One that fails while it is idle is replaced by the next task; without a listener the error would end this process.
  child.on('error', () => undefined);
  return { child, tasks: 0 };
};

const giveWay = (helper: Helper): void => {
  if (helper.child.pid === undefined) return;
  helper.lowered = true;
  lowerPriority(helper.child.pid);
};

/** An idle process must not keep this one alive; a working one does. */
const hold = (child: ChildProcess, isHeld: boolean): void => {
  child[isHeld ? 'ref' : 'unref']();
  child.channel?.[isHeld ? 'ref' : 'unref']();
};

/** Its memory is free before the next one begins. */
const ended = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

const answerOf = async (child: ChildProcess, task: ProcessTask): Promise<ProcessAnswer> => {
  const { promise, resolve, reject } = Promise.withResolvers<ProcessAnswer>();
  const { wallMs } = task.limits;
  const late = () => reject(new SandboxEndedError('time', `no end after ${wallMs} ms`));
  const timer = setTimeout(late, wallMs + GRACE_MILLISECONDS);
  const failed = (error: Error): void => reject(error);
  const exited = (code: number | null, signal: string | null): void =>
    reject(new SandboxEndedError(boundOf(signal), `the process ended with ${code ?? signal}`));
  const answered = (answer: unknown): void => resolve(answer as ProcessAnswer);
  child.once('error', failed).once('exit', exited).once('message', answered);
  child.send(task, (error) => {
    // The end of a process is reported with its reason; this is for a process that cannot be reached otherwise.
    if (error && child.exitCode === null && child.signalCode === null && child.connected) reject(error);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('error', failed).off('exit', exited).off('message', answered);
  }
};
