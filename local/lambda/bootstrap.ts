/**
 * The code of a function's worker thread: it loads the bundle, then answers one request after the other.
 *
 * The bundle only sees its own environment, with which the thread was started.
 */
import { Module } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { logJson } from './json-console.ts';
import type { BootData, WorkerAnswer, WorkerRequest } from './messages.ts';

type Handler = (event: unknown, context: object, callback: Callback) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread.');
const boot = workerData as BootData;

// A layer of the template is found by NODE_PATH, as Lambda's own bootstrap does it.
(Module as unknown as { _initPaths(): void })._initPaths();

const errorPayload = (error: unknown): object => {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
};

let requestId: string | undefined;
if (boot.logsJson) logJson(() => requestId);

const answer = (message: WorkerAnswer): void => port.postMessage(message);

const loadHandler = async (): Promise<Handler> => {
  const dot = boot.handler.lastIndexOf('.');
  const file = resolve(boot.folder, boot.handler.slice(0, dot));
  const name = boot.handler.slice(dot + 1);
  let loaded: Record<string, unknown> | undefined;
  for (const extension of ['.mjs', '.js', '.cjs']) {
    try {
      loaded = await import(pathToFileURL(file + extension).href);
      break;
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
      if (!missing || !(error as Error).message.includes(file + extension)) throw error;
    }
  }
  const handler = loaded?.[name] ?? (loaded?.default as Record<string, unknown> | undefined)?.[name];
  if (typeof handler !== 'function') throw new Error(`${boot.handler} is undefined or not exported`);
  return handler as Handler;
};

const contextOf = ({ requestId, deadline }: WorkerRequest): object => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: boot.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: boot.functionArn,
  memoryLimitInMB: String(boot.memoryMb),
  awsRequestId: requestId,
  logGroupName: `/aws/lambda/${boot.functionName}`,
  logStreamName: 'local',
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  done: () => {},
  fail: () => {},
  succeed: () => {},
});

const call = (handler: Handler, request: WorkerRequest): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(JSON.parse(request.event), contextOf(request), callback);
    // A handler with a callback may return nothing; any other answers by its return value.
    if (returned !== undefined || handler.length < 3) resolve(returned);
  });

const serve = async (handler: Handler, request: WorkerRequest): Promise<void> => {
  requestId = request.requestId;
  try {
    answer({ type: 'result', payload: JSON.stringify(await call(handler, request)) });
  } catch (error) {
    answer({ type: 'failure', payload: JSON.stringify(errorPayload(error)) });
  }
};

try {
  const handler = await loadHandler();
  port.on('message', (request: WorkerRequest) => void serve(handler, request));
  answer({ type: 'ready' });
} catch (error) {
  answer({ type: 'broken', payload: JSON.stringify(errorPayload(error)) });
}
