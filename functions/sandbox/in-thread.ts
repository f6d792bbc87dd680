import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import type { ByteSource } from '../shared/byte-source.ts';
import { capMemory } from './memory-cap.ts';
import { sourceOverPort } from './read-over-port.ts';
import type { ThreadStart } from './run-in-thread.ts';

/**
 * The one call of a thread's code: does the work that the thread was started for and posts its answer. Memory of WebAssembly
 * is capped first.
 */
export const answerInThread = async <Input, Answer>(
  work: (input: Input, source: ByteSource) => Promise<Answer>,
  transfer: (answer: Answer) => readonly Transferable[] = () => [],
): Promise<void> => {
  const start = workerData as ThreadStart<Input>;
  // Functions of the local runtime are threads as well, so being one says nothing.
  if (!parentPort || start?.sandbox !== true) return;
  capMemory(start.memoryBytes);
  const answer = await work(start.input, sourceOverPort(start.reads, start.size));
  parentPort.postMessage(answer, [...transfer(answer)]);
  start.reads.close();
};
