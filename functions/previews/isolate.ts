import { MessageChannel, Worker } from 'node:worker_threads';
import type { ByteSource } from '../formats/byte-source.ts';
import { cachedSource, ReadLimitError } from '../formats/cached-source.ts';
import { oneAtATime } from '../processing/one-at-a-time.ts';
import { workerEntry } from './decoder-file.ts';
import { type Made, nothing, type PreviewJob } from './preview.ts';
import type { WorkerInput } from './preview-worker.ts';
import { serveReads } from './read-over-port.ts';

const MIB = 2 ** 20;

export interface IsolationLimits {
  /** What a decoder may compute: its own time, not that of others on the same processor. */
  readonly cpuMs: number;
  /** Until when it has to have come to an end, waiting included. */
  readonly wallMs: number;
  /** What each decoder's memory may grow to. */
  readonly memoryBytes: number;
  /** Bytes that may be read of the file. */
  readonly readBytes: number;
}

/**
 * Four files of a batch that hang, each twice and one after the other, fit in the 120 seconds of the function. What takes
 * longest that is well, a HEIC of 48 megapixels, is in the decision on previews, as are the peaks of memory.
 */
export const ISOLATION: IsolationLimits = {
  cpuMs: 12_000,
  wallMs: 40_000,
  memoryBytes: 640 * MIB,
  readBytes: 64 * MIB,
};

const LOOK_MILLISECONDS = 200;

/** One attempt may have met a busy machine; a file that ends a second thread as well is to blame itself. */
const ATTEMPTS = 2;

/** A decoder did not come to an end, or took its thread with it. */
export class DecoderKilledError extends Error {
  override readonly name = 'DecoderKilledError';
}

/** Decoders need the memory of the function for themselves. */
const alone = oneAtATime();

/**
 * Runs a maker in a thread of its own, which is ended when its time is over; at most two attempts.
 *
 * Throws `DecoderKilledError` when both were ended, and what `source` threw when the file could not be read.
 */
export const isolate = async (
  job: PreviewJob,
  source: ByteSource,
  limits: Partial<IsolationLimits> = {},
): Promise<Made> => {
  const within = { ...ISOLATION, ...limits };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await alone(() => runOnce(job, source, within));
    } catch (error) {
      if (!(error instanceof DecoderKilledError) || attempt === ATTEMPTS) throw error;
    }
  }
};

const runOnce = async (job: PreviewJob, source: ByteSource, limits: IsolationLimits): Promise<Made> => {
  const { port1: mine, port2: reads } = new MessageChannel();
  let readError: unknown;
  serveReads(mine, cachedSource(source, { most: limits.readBytes }), (error) => {
    readError ??= error;
  });
  const { memoryBytes } = limits;
  const worker = new Worker(workerEntry(), {
    workerData: { job, size: source.size, reads, memoryBytes } satisfies WorkerInput,
    transferList: [reads],
    // No credentials for code that reads strangers' bytes, and nothing of theirs in the log.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  try {
    const made = await outcomeOf(worker, limits);
    if (readError instanceof ReadLimitError && made.kind === 'nothing') return nothing('too-large');
    if (readError !== undefined && !(readError instanceof ReadLimitError)) throw readError;
    return made;
  } finally {
    mine.close();
    await worker.terminate();
  }
};

const outcomeOf = async (worker: Worker, { cpuMs, wallMs }: IsolationLimits): Promise<Made> => {
  const began = Date.now();
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Made>((resolve, reject) => {
      const kill = (reason: string) => reject(new DecoderKilledError(reason));
      watch = setInterval(async () => {
        const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
        if ((user + system) / 1000 > cpuMs) kill(`no end after ${cpuMs} ms of computing`);
        else if (Date.now() - began > wallMs) kill(`no end after ${wallMs} ms`);
      }, LOOK_MILLISECONDS);
      worker.once('message', resolve);
      worker.once('error', (error: Error) => kill(error.message));
      worker.once('exit', (code: number) => kill(`the thread ended with ${code}`));
    });
  } finally {
    clearInterval(watch);
  }
};
