import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import type { BootData, WorkerAnswer } from './messages.ts';

/** One running instance of a function. It takes one request at a time. */
export interface Instance {
  /** Resolves once the bundle is loaded, or with the error payload of its failure. */
  readonly ready: Promise<InvokeResult | undefined>;
  invoke(event: string): Promise<InvokeResult>;
  /** False once the thread has ended. */
  isAlive(): boolean;
  end(): Promise<void>;
}

/** The start values of an instance, beyond the function's own description. */
export interface InstanceOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (chunk: Buffer) => void;
}

// AWS gives the loading of a function ten seconds; a laptop that starts many at once gets more.
const INIT_MS = 30_000;
// The heap is bounded by the function's memory. Below this a thread cannot even load.
const SMALLEST_HEAP_MB = 64;

const unhandled = (errorType: string, errorMessage: string): InvokeResult => ({
  functionError: 'Unhandled',
  payload: { errorType, errorMessage },
});

/** The line by which Lambda says that a run was ended at its time, without what is not measured here. */
const report = (requestId: string, durationMs: number): Buffer => {
  const record = { requestId, metrics: { durationMs }, status: 'timeout' };
  return Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), type: 'platform.report', record })}\n`);
};

/** Starts an instance: a worker thread with the function's environment, memory limit and bundle. */
export const startInstance = (spec: FunctionSpec, options: InstanceOptions): Instance => {
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

  let alive = true;
  let lastError: Error | undefined;
  let settle: ((answer: WorkerAnswer | undefined) => void) | undefined;
  const next = (): Promise<WorkerAnswer | undefined> =>
    new Promise((resolve) => {
      if (alive) settle = resolve;
      else resolve(undefined);
    });
  const settled = (answer: WorkerAnswer | undefined): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(answer);
  };
  const ended = new Promise<void>((resolve) => {
    worker.on('message', settled);
    worker.on('error', (error: Error) => {
      lastError = error;
    });
    worker.once('exit', () => {
      alive = false;
      settled(undefined);
      resolve();
    });
  });

  const end = async (): Promise<void> => {
    alive = false;
    await worker.terminate();
    await ended;
  };
  const within = async (
    answer: Promise<WorkerAnswer | undefined>,
    ms: number,
  ): Promise<WorkerAnswer | 'late' | undefined> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, ms, 'late');
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  };
  const crashed = (requestId: string): InvokeResult => {
    if ((lastError as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return unhandled(
        'Runtime.OutOfMemory',
        `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      );
    }
    const why = lastError ? lastError.message : 'Runtime exited without providing a reason';
    return unhandled(lastError ? lastError.name : 'Runtime.ExitError', `RequestId: ${requestId} Error: ${why}`);
  };

  const ready = within(next(), INIT_MS).then(async (answer): Promise<InvokeResult | undefined> => {
    if (answer === 'late') {
      await end();
      return unhandled('Sandbox.Timedout', `Error: The function did not load within ${INIT_MS / 1000} seconds`);
    }
    if (answer === undefined) return crashed('init');
    if (answer.type !== 'broken') return undefined;
    await end();
    return { functionError: 'Unhandled', payload: JSON.parse(answer.payload) };
  });

  return {
    ready,
    isAlive: () => alive,
    end,
    invoke: async (event) => {
      const requestId = randomUUID();
      const answering = next();
      worker.postMessage({ event, requestId, deadline: Date.now() + spec.timeoutMs });
      const answer = await within(answering, spec.timeoutMs);
      if (answer === 'late') {
        await end();
        const seconds = (spec.timeoutMs / 1000).toFixed(2);
        if (spec.logsJson) options.onOutput(report(requestId, spec.timeoutMs));
        return unhandled('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
      }
      if (answer === undefined) return crashed(requestId);
      const text = 'payload' in answer ? answer.payload : undefined;
      const payload: unknown = text === undefined ? undefined : JSON.parse(text);
      return answer.type === 'failure' ? { payload, functionError: 'Unhandled' } : { payload };
    },
  };
};
