import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExamineAnswer, ExamineTask } from './examine-file.child.ts';
import type { Examined, ExamineFile } from './examine-file.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { hanging } from './outcome.ts';

const MIB = 2 ** 20;

export interface ApartSettings {
  /** The code of the process. */
  readonly entry: URL;
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** A process that is still at it is ended. */
  readonly mostMs?: number;
  /** Memory that one may take, in bytes. */
  readonly mostMemory?: number;
}

/** Longer than what decoders of one file are given by their own limits. */
const MOST_MS = 120_000;
/** What the largest picture takes to be decoded, with room; the gateway's task has two gigabytes. */
const MOST_MEMORY = 1536 * MIB;
/** Of JavaScript's own memory: documents lie in buffers beside it. */
const HEAP_MB = 384;

/** One attempt may have met a busy machine; a file that ends a second process as well is to blame itself. */
const ATTEMPTS = 2;

/** The process brought no answer. */
class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

/**
 * Examines each file in a process that is made for it and ended with it, one at a time: the gateway passes bytes on, and
 * its memory does not know what they are. What a decoder takes, leaks or breaks goes with its process.
 *
 * A file that ends two processes is refused as one that cannot be decoded.
 */
export const examineApart = ({ mostMs = MOST_MS, mostMemory = MOST_MEMORY, ...code }: ApartSettings): ExamineFile => {
  const alone = oneAtATime();
  const examine = async (task: ExamineTask): Promise<Examined> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await answerOf(code, task, mostMs);
      } catch (error) {
        if (!(error instanceof ProcessEnded)) throw error;
        console.info(JSON.stringify({ level: 'INFO', examination: error.message, mimeType: task.declared.mimeType }));
        if (attempt === ATTEMPTS) return { outcome: hanging(), metadata: undefined };
      }
    }
  };
  return (path, declared) => alone(() => examine({ path, declared, mostMemory }));
};

/** Its memory is free before the next one begins. */
const ended = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

type Code = Pick<ApartSettings, 'entry' | 'env'>;

const answerOf = async ({ entry, env }: Code, task: ExamineTask, mostMs: number): Promise<Examined> => {
  const child = fork(entry, {
    env,
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<ExamineAnswer>();
  const late = setTimeout(() => reject(new ProcessEnded(`no end after ${mostMs} ms`)), mostMs);
  child.once('error', reject);
  child.once('exit', (code, signal) => reject(new ProcessEnded(`the process ended with ${code ?? signal}`)));
  child.once('message', (answer) => resolve(answer as ExamineAnswer));
  child.send(task, (error) => error && reject(new ProcessEnded(error.message, { cause: error })));
  try {
    const answer = await promise;
    if ('error' in answer) throw new Error(`the file could not be examined: ${answer.error}`);
    return answer.examined;
  } finally {
    clearTimeout(late);
    await ended(child);
  }
};
