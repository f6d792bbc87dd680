/** The limits of one task in a sandbox. A task that exceeds one is ended, and no other task with it. */
export interface SandboxLimits {
  /** Milliseconds until the task must have ended, including waiting for a busy machine. */
  readonly wallMs: number;
  /** Milliseconds of processor time: its own, not that of others on the same machine. */
  readonly cpuMs: number;
  /** Megabytes of JavaScript's own memory. */
  readonly heapMb: number;
  /** Bytes: of a process all that it has in memory; of a thread its buffers, and each memory of WebAssembly. */
  readonly memoryBytes: number;
}

/** Why a sandbox was ended; `crash` when it ended on its own. */
export type Bound = 'time' | 'processor' | 'memory' | 'crash';

/** A sandbox was ended, or ended on its own, before it answered. */
export class SandboxEndedError extends Error {
  override readonly name = 'SandboxEndedError';
  readonly bound: Bound;
  constructor(bound: Bound, message: string) {
    super(message);
    this.bound = bound;
  }
}

/** One attempt may have met a busy machine; a task that ends a second sandbox is itself the cause. */
const ATTEMPTS = 2;

/**
 * Retries a task whose end may have been the machine's fault. A task that used up its processor time would do so again, and is
 * not retried.
 */
export const twice = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SandboxEndedError) || error.bound === 'processor' || tried === ATTEMPTS) throw error;
    }
  }
};
