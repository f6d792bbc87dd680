import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type ByteSource, MisreadError } from '../shared/byte-source.ts';
import { SandboxEndedError, type SandboxLimits } from './limits.ts';
import { serveReads } from './read-over-port.ts';

/** The task of a thread. */
export interface ThreadTask {
  readonly entry: URL;
  /** The input of the code, once. */
  readonly input: unknown;
  readonly limits: SandboxLimits;
  /** The file that the thread may read, piece by piece, and nothing else. */
  readonly source?: ByteSource;
  /** Its whole environment; empty by default. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The start message of every thread of a sandbox. */
export interface ThreadStart<Input = unknown> {
  readonly sandbox: true;
  readonly input: Input;
  readonly memoryBytes: number;
  /** Bytes of the file, and the port for requesting them. */
  readonly size: number;
  readonly reads: MessagePort;
}

const LOOK_MILLISECONDS = 100;

/**
 * Runs code of a sandbox in a separate thread and answers the message that it posts. The thread is terminated after its answer,
 * or when it exceeds a bound: `terminate` ends JavaScript and WebAssembly at any point. It cannot end native code, so pictures
 * are decoded in a process instead.
 *
 * The thread has no environment. Throws `SandboxEndedError` when it was ended, and the errors of `source`.
 */
export const runInThread = async <Answer>({ entry, input, limits, source, env = {} }: ThreadTask): Promise<Answer> => {
  const { port1: mine, port2: reads } = new MessageChannel();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // A reader that asks for impossible bytes, or too many, gets that error itself; a fault of the storage is not the file's fault.
  if (source) serveReads(mine, source, (error) => error instanceof MisreadError || reject(error));
  const worker = new Worker(entry, {
    workerData: {
      sandbox: true,
      input,
      memoryBytes: limits.memoryBytes,
      size: source?.size ?? 0,
      reads,
    } satisfies ThreadStart,
    transferList: [reads],
    env,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Messages that libraries print about untrusted files do not go to the log.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
  });
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) =>
    reject(new SandboxEndedError(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', error.message)),
  );
  worker.once('exit', (code) => reject(new SandboxEndedError('crash', `the thread ended with ${code}`)));
  const watch = watchThread(worker, limits, reject);
  try {
    return await promise;
  } finally {
    clearInterval(watch);
    mine.close();
    await worker.terminate();
  }
};

const watchThread = (worker: Worker, limits: SandboxLimits, end: (reason: Error) => void): NodeJS.Timeout => {
  const began = Date.now();
  return setInterval(async () => {
    if (Date.now() - began > limits.wallMs) end(new SandboxEndedError('time', `no end after ${limits.wallMs} ms`));
    // A thread that has just started, or is ending, has neither.
    const [cpu, heap] = await Promise.all([
      worker.cpuUsage().catch(() => ({ user: 0, system: 0 })),
      worker.getHeapStatistics().catch(() => ({ external_memory: 0 })),
    ]);
    if ((cpu.user + cpu.system) / 1000 > limits.cpuMs)
      end(new SandboxEndedError('processor', `no end after ${limits.cpuMs} ms of computing`));
    if (heap.external_memory > limits.memoryBytes)
      end(new SandboxEndedError('memory', `more than ${limits.memoryBytes} bytes of buffers`));
  }, LOOK_MILLISECONDS);
};
