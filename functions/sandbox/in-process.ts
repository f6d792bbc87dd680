import { writeFileSync } from 'node:fs';
import type { SandboxLimits } from './limits.ts';
import { startWatchdog } from './watchdog.ts';

/** One piece of work, as a process is sent it. */
export interface ProcessTask {
  readonly task: unknown;
  readonly limits: SandboxLimits;
}

/** The result; `memoryBytes` is the present memory of the process. */
export type ProcessAnswer = { readonly memoryBytes: number } & (
  | { readonly answer: unknown }
  | { readonly error: string }
);

/**
 * The one call of a process's code: runs one task after the other, each watched. The process ends with the channel to its
 * parent, also when the parent was killed.
 */
export const answerInProcess = <Task, Answer>(work: (task: Task) => Promise<Answer>): void => {
  if (!process.send) return;
  const watchdog = startWatchdog(process.ppid);
  // Not `exit`, which waits for running decoders.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', async ({ task, limits }: ProcessTask) => {
    watchdog.begin(limits);
    const result = await work(task as Task).then(
      (answer) => ({ answer }),
      (error) => ({ error: String(error) }),
    );
    watchdog.end();
    process.send?.({ ...result, memoryBytes: process.memoryUsage.rss() } satisfies ProcessAnswer);
  });
  offerToKernel();
};

/** When memory runs out all the same, the kernel should end this process and no other. Only Linux supports this. */
const offerToKernel = (): void => {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system.
  }
};
