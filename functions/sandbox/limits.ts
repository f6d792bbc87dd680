/** What one piece of work in a sandbox may take. Whatever exceeds a bound is ended, and nothing beside it. */
export interface SandboxLimits {
  /** Milliseconds until it has to have come to an end, waiting for a busy machine included. */
  readonly wallMs: number;
  /** Milliseconds of processor time: its own, not that of others on the same machine. */
  readonly cpuMs: number;
  /** Megabytes of JavaScript's own memory. */
  readonly heapMb: number;
  /** Bytes: of a process all that it has in memory; of a thread its buffers, and each memory of WebAssembly. */
  readonly memoryBytes: number;
}

/** Why a sandbox was ended; `crash` when it ended by itself. */
export type Bound = 'time' | 'processor' | 'memory' | 'crash';

/** A sandbox was ended, or ended by itself, before it had an answer. */
export class SandboxEndedError extends Error {
  override readonly name = 'SandboxEndedError';
  readonly bound: Bound;
  constructor(bound: Bound, message: string) {
    super(message);
    this.bound = bound;
  }
}

/** One attempt may have met a busy machine; what ends a second sandbox is to blame itself. */
const ATTEMPTS = 2;

/**
 * Repeats work whose sandbox was ended for what may have been the machine's fault. What used up its processor time would do
 * so again, and is not repeated.
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
