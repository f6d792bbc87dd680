import { SandboxEndedError, type SandboxLimits, twice } from '../../sandbox/limits.ts';
import { processes } from '../../sandbox/run-in-process.ts';
import type { ExamineTask } from './examine-file.sandbox.ts';
import type { Examined, ExamineFile } from './examine-file.ts';
import { givenUp } from './outcome.ts';

const MIB = 2 ** 20;

export interface ExamineSettings {
  /** The code of the process. */
  readonly entry: URL;
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: Partial<SandboxLimits>;
}

/**
 * Longer than what decoders of one file are given by their own limits, and memory for the largest picture with room; the
 * gateway's task has two gigabytes. Documents lie in buffers beside the heap.
 */
const LIMITS: SandboxLimits = { wallMs: 120_000, cpuMs: 60_000, heapMb: 384, memoryBytes: 1536 * MIB };

/**
 * Examines each file in a process that is made for it and ended with it, one at a time: the gateway passes bytes on, and
 * its memory does not know what they are. What a decoder takes, leaks or breaks goes with its process.
 *
 * A file whose process is ended for good is refused as one that cannot be decoded.
 */
export const examineInProcess = ({ entry, env, limits }: ExamineSettings): ExamineFile => {
  const run = processes({ entry, env, limits: { ...LIMITS, ...limits }, tasksEach: 1 });
  return async (path, declared) => {
    try {
      return await twice(() => run<Examined>({ path, declared } satisfies ExamineTask));
    } catch (error) {
      if (!(error instanceof SandboxEndedError)) throw error;
      console.info(JSON.stringify({ level: 'INFO', examination: error.message, mimeType: declared.mimeType }));
      return { outcome: givenUp(error), metadata: undefined };
    }
  };
};
