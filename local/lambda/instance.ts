import { randomUUID } from 'node:crypto';
import type { InvokeResult } from '../ports.ts';
import type { FunctionSpec } from '../template/functions.ts';
import type { WorkerAnswer } from './messages.ts';
import { type InstanceOptions, startThread } from './thread.ts';

/** One running instance of a function. It takes one request at a time. */
export interface Instance {
  /** Resolves once the bundle is loaded, or with the error payload of its failure. */
  readonly ready: Promise<InvokeResult | undefined>;
  invoke(event: string): Promise<InvokeResult>;
  /** False once the thread has ended. */
  isAlive(): boolean;
  end(): Promise<void>;
}

// AWS gives the loading of a function ten seconds; a laptop that starts many at once gets more.
const INIT_MS = 30_000;

const unhandled = (errorType: string, errorMessage: string): InvokeResult => ({
  functionError: 'Unhandled',
  payload: { errorType, errorMessage },
});

/** The line by which Lambda says that a run was ended at its time, without what is not measured here. */
const report = (requestId: string, durationMs: number): Buffer => {
  const record = { requestId, metrics: { durationMs }, status: 'timeout' };
  return Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), type: 'platform.report', record })}\n`);
};

/** The answer, or `late` when none came in time. */
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

/** What Lambda answers for a thread that ended by itself. */
const crashed = (requestId: string, error: Error | undefined): InvokeResult => {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return unhandled('Runtime.OutOfMemory', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);
  }
  const why = error ? error.message : 'Runtime exited without providing a reason';
  return unhandled(error ? error.name : 'Runtime.ExitError', `RequestId: ${requestId} Error: ${why}`);
};

/** Starts an instance: a thread that has the function loaded. */
export const startInstance = (spec: FunctionSpec, options: InstanceOptions): Instance => {
  const thread = startThread(spec, options);

  const ready = within(thread.next(), INIT_MS).then(async (answer): Promise<InvokeResult | undefined> => {
    if (answer === 'late') {
      await thread.end();
      return unhandled('Sandbox.Timedout', `Error: The function did not load within ${INIT_MS / 1000} seconds`);
    }
    if (answer === undefined) return crashed('init', thread.lastError());
    if (answer.type !== 'broken') return undefined;
    await thread.end();
    return { functionError: 'Unhandled', payload: JSON.parse(answer.payload) };
  });

  return {
    ready,
    isAlive: thread.isAlive,
    end: thread.end,
    invoke: async (event) => {
      const requestId = randomUUID();
      const answering = thread.next();
      thread.post({ event, requestId, deadline: Date.now() + spec.timeoutMs });
      const answer = await within(answering, spec.timeoutMs);
      if (answer === 'late') {
        await thread.end();
        const seconds = (spec.timeoutMs / 1000).toFixed(2);
        if (spec.logsJson) options.onOutput(report(requestId, spec.timeoutMs));
        return unhandled('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
      }
      if (answer === undefined) return crashed(requestId, thread.lastError());
      const text = 'payload' in answer ? answer.payload : undefined;
      const payload: unknown = text === undefined ? undefined : JSON.parse(text);
      return answer.type === 'failure' ? { payload, functionError: 'Unhandled' } : { payload };
    },
  };
};
