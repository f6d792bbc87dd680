import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { MediaError } from '../domain/errors.ts';
import { type FileText, TextError } from '../domain/text.ts';
import type { ThreadAnswer, ThreadInput } from './read-file.thread.ts';
import type { ReadFileInput } from './read-file.ts';

export interface ThreadSettings {
  /** The thread's code. */
  readonly entry: URL;
  readonly pdfiumFile: string;
  /** Reading ends by itself after this time, with what it has. */
  readonly enoughSeconds: number;
  /** A thread that is still at it is ended. */
  readonly mostSeconds: number;
  readonly heapMb: number;
  /** Where packages of layers are. */
  readonly packagePath: string | undefined;
}

/** One attempt may have met a busy machine; a file that ends a second thread as well is to blame itself. */
const ATTEMPTS = 2;

/**
 * Reads a file in a thread of its own, which is ended when it does not end by itself or takes too much memory; what hangs
 * in a parser cannot be stopped otherwise. Throws `TIME_LIMIT` when two attempts were ended.
 */
export const readInThread =
  ({ entry, pdfiumFile, enoughSeconds, mostSeconds, heapMb, packagePath }: ThreadSettings) =>
  async (file: Omit<ReadFileInput, 'until' | 'pdfium'>): Promise<FileText> => {
    let cause: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const input: ThreadInput = { ...file, pdfiumFile, until: Date.now() + enoughSeconds * 1000 };
      const worker = new Worker(entry, {
        workerData: input,
        // No credentials for code that reads strangers' bytes; packages of a layer are found by this path.
        env: packagePath === undefined ? {} : { NODE_PATH: packagePath },
        execArgv: ['--disable-warning=ExperimentalWarning'],
        resourceLimits: { maxOldGenerationSizeMb: heapMb },
      });
      try {
        return unpacked(await answerOf(worker, mostSeconds));
      } catch (error) {
        if (!(error instanceof ThreadEnded)) throw error;
        cause = error;
      } finally {
        await worker.terminate();
      }
    }
    throw new TextError('TIME_LIMIT', 'The file takes too long or too much memory to read.', { cause });
  };

/** The thread brought no answer. */
class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

const answerOf = async (worker: Worker, seconds: number): Promise<ThreadAnswer> => {
  const over = new AbortController();
  const ended = new Promise<ThreadAnswer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(new ThreadEnded(`${error}`, { cause: error })));
    worker.once('exit', (code) => reject(new ThreadEnded(`the thread ended with ${code}`)));
  });
  const late = pause(seconds * 1000, undefined, { signal: over.signal }).then(() => {
    throw new ThreadEnded(`no end after ${seconds} s`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([ended, late]);
  } finally {
    over.abort();
  }
};

const unpacked = (answer: ThreadAnswer): FileText => {
  if (answer.kind === 'text') return answer.text;
  const { code, message } = answer;
  throw code === 'TYPE_NOT_ALLOWED' ? new MediaError(code, message) : new TextError(code, message);
};
