import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A tenth of the share of a process with normal priority, when both use the processor. */
const LOWERED = 10;

/** On Linux each thread has a priority of its own, and decoders work in threads that were there before. */
const threadsOf = (pid: number): readonly number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
};

/** Lowers the priority of a process for good: no unprivileged process can raise it again. */
export const lowerPriority = (pid: number): void => {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, LOWERED);
    } catch {
      // It ended meanwhile.
    }
  }
};
