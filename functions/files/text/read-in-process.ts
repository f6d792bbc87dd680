import { type FileText, TextError, type TextPage } from '../../domain/text.ts';
import { SandboxEndedError, twice } from '../../sandbox/limits.ts';
import { processes } from '../../sandbox/run-in-process.ts';
import { withFile } from '../../sandbox/with-file.ts';
import { watchPages } from './pages-so-far.ts';
import type { ReadingTask } from './read-file.sandbox.ts';
import type { ReadFileInput } from './read-file-input.ts';
import { type ReadingAnswer, unpackReading } from './reading-answer.ts';

export interface ReadingSettings {
  /** The code of the process, and its environment. */
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  readonly pdfiumFile: string;
  /** Reading ends on its own after this time, with the pages that it has. */
  readonly enoughSeconds: number;
  /** A process that still runs is killed. */
  readonly mostSeconds: number;
  readonly heapMb: number;
  readonly memoryBytes: number;
}

/** A file, and the receiver of its pages while it is read. */
export type FileToRead = Omit<ReadFileInput, 'until' | 'pdfium' | 'onPages'> & {
  readonly onPages?: (pages: readonly TextPage[]) => Promise<void>;
};

/**
 * Reads a file in a separate process, which is killed when it does not end on its own or takes too much memory; hanging native
 * code cannot be stopped otherwise. Throws `TIME_LIMIT` when it was killed.
 */
export const readInProcess = ({ entry, env, pdfiumFile, enoughSeconds, mostSeconds, ...memory }: ReadingSettings) => {
  const wallMs = mostSeconds * 1000;
  // A process is kept for the next files: a start costs as much as a small document.
  const run = processes({ entry, env, limits: { wallMs, cpuMs: wallMs, ...memory }, tasksEach: 20 });
  return ({ bytes, onPages, ...file }: FileToRead): Promise<FileText> =>
    withFile(bytes, async (path) => {
      const endWatch = onPages && watchPages(path, onPages);
      const read = (): Promise<ReadingAnswer> => {
        const until = Date.now() + enoughSeconds * 1000;
        return run<ReadingAnswer>({ ...file, path, pdfiumFile, until } satisfies ReadingTask);
      };
      try {
        return unpackReading(await twice(read));
      } catch (error) {
        if (!(error instanceof SandboxEndedError)) throw error;
        throw new TextError('TIME_LIMIT', 'The file takes too long or too much memory to read.', { cause: error });
      } finally {
        await endWatch?.();
      }
    });
};
