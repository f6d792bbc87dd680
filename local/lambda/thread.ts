import { Worker } from 'node:worker_threads';
import type { FunctionSpec } from '../template/functions.ts';
import type { BootData, WorkerAnswer } from './messages.ts';

/** The start values of an instance, beyond the function's own description. */
export interface InstanceOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (chunk: Buffer) => void;
}

/** The thread of an instance. It answers one message at a time. */
export interface Thread {
  /** The next answer; undefined once the thread has ended. Called before the message is posted. */
  next(): Promise<WorkerAnswer | undefined>;
  post(message: object): void;
  isAlive(): boolean;
  /** Why it ended by itself. */
  lastError(): Error | undefined;
  end(): Promise<void>;
}

// The heap is bounded by the function's memory. Below this a thread cannot even load.
const SMALLEST_HEAP_MB = 64;

/** A worker thread with the function's environment, memory limit and bundle. */
const startWorker = (spec: FunctionSpec, options: InstanceOptions): Worker => {
  const workerData: BootData = {
    folder: spec.folder,
    handler: spec.handler,
    functionName: spec.name,
    functionArn: spec.arn,
    memoryMb: spec.memoryMb,
    logsJson: spec.logsJson,
  };
  const worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
    workerData,
    env: options.environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    name: spec.name.slice(-15),
    resourceLimits: { maxOldGenerationSizeMb: Math.max(SMALLEST_HEAP_MB, spec.memoryMb) },
  });
  // An idle function must not keep the process alive; a running request does.
  worker.unref();
  worker.stdout.on('data', options.onOutput);
  worker.stderr.on('data', options.onOutput);
  return worker;
};

/** Starts a thread that loads the function. Its first answer says whether that worked. */
export const startThread = (spec: FunctionSpec, options: InstanceOptions): Thread => {
  const worker = startWorker(spec, options);
  let alive = true;
  let lastError: Error | undefined;
  let waiting: ((answer: WorkerAnswer | undefined) => void) | undefined;

  const settle = (answer: WorkerAnswer | undefined): void => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(answer);
  };
  const ended = new Promise<void>((resolve) => {
    worker.on('message', settle);
    worker.on('error', (error: Error) => {
      lastError = error;
    });
    worker.once('exit', () => {
      alive = false;
      settle(undefined);
      resolve();
    });
  });

  return {
    next: () =>
      new Promise((resolve) => {
        if (alive) waiting = resolve;
        else resolve(undefined);
      }),
    post: (message) => worker.postMessage(message),
    isAlive: () => alive,
    lastError: () => lastError,
    end: async () => {
      alive = false;
      await worker.terminate();
      await ended;
    },
  };
};
