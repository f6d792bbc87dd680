/**
 * A process that examines one file and ends. It has no environment but where packages and scratch files lie, so no
 * credentials; what strangers' bytes do to it, or to its memory, does not reach whoever asked.
 */
import { writeFileSync } from 'node:fs';
import { type Examined, examineFile } from './examine-file.ts';
import type { Declared } from './process-file.ts';

/** What the process is sent, once. */
export interface ExamineTask {
  readonly path: string;
  readonly declared: Declared;
  /** Memory that it may take, in bytes. */
  readonly mostMemory: number;
}

/** What it answers, once. */
export type ExamineAnswer = { readonly examined: Examined } | { readonly error: string };

const LOOK_MILLISECONDS = 100;

// Nobody waits any more: the gateway has ended.
process.once('disconnect', () => process.exit());
process.once('message', async (task) => {
  const { path, declared, mostMemory } = task as ExamineTask;
  const look = (): void => {
    if (process.memoryUsage.rss() > mostMemory) process.kill(process.pid, 'SIGKILL');
  };
  const watch = setInterval(look, LOOK_MILLISECONDS);
  const answer = await examineFile(path, declared).then(
    (examined): ExamineAnswer => ({ examined }),
    (error): ExamineAnswer => ({ error: String(error) }),
  );
  clearInterval(watch);
  look();
  process.send?.(answer, () => process.disconnect());
});
offerToKernel();

/** When memory runs out all the same, the kernel is to end this process and not the gateway. Only Linux asks. */
function offerToKernel(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system.
  }
}
