import { Worker } from 'node:worker_threads';
import type { ByteSource } from '../formats/byte-source.ts';
import type { FromThread, Parts, ReaderName, ReadingTask, ToThread } from './reading-thread.ts';

const MIB = 2 ** 20;

/** Of JavaScript's own memory; the thread ends at its limit by itself. */
const MOST_HEAP_MIB = 256;
/** Of buffers beside it, which a few compressed bytes can blow up; looked at while the thread works. */
const MOST_BUFFERS = 256 * MIB;
const LOOK_EVERY = 100;

/**
 * Reads sound, film or a PDF in a thread of its own. The libraries that know these formats trust them: a few wrong bytes
 * make them turn in circles, grow, or fail where nobody waits. A thread that does is ended, and nothing was read; whoever
 * else is at work in this process does not notice.
 */
export const readApart = async (reader: ReaderName, source: ByteSource, patience: number): Promise<Parts> => {
  const { READING_THREAD } = await import('./reading-thread.ts');
  const thread = new Worker(new URL(READING_THREAD), {
    workerData: { reading: reader, size: source.size } satisfies ReadingTask,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    // No credentials for code that reads strangers' bytes.
    env: {},
    execArgv: [],
    // Libraries talk of odd files on the console.
    stdout: true,
    stderr: true,
  });
  const { promise, resolve } = Promise.withResolvers<Parts>();
  const giveUp = (): void => resolve(undefined);
  const answer = async (ask: number, start: number, length: number): Promise<ToThread> => {
    const bytes = await source.read(start, length).catch(() => undefined);
    return bytes ? { ask, bytes: Uint8Array.from(bytes) } : { ask };
  };
  thread.on('message', (message: FromThread) => {
    if ('parts' in message) return resolve(message.parts);
    answer(message.ask, message.start, message.length).then((reply) => thread.postMessage(reply), giveUp);
  });
  thread.once('error', giveUp);
  thread.once('exit', giveUp);
  const late = setTimeout(giveUp, patience);
  const watch = setInterval(() => {
    thread.getHeapStatistics().then(
      ({ external_memory: buffers }) => {
        if (buffers > MOST_BUFFERS) giveUp();
      },
      // A thread that has just begun, or is at its end, has none.
      () => undefined,
    );
  }, LOOK_EVERY);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    clearInterval(watch);
    await thread.terminate();
  }
};
