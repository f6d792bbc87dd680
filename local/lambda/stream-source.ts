import { setTimeout as pause } from 'node:timers/promises';
import type { StreamReader, StreamRecord } from '../dynamodb/stream-reader.ts';
import type { AccessControl, Principal, Service } from '../ports.ts';
import type { EventSourceSpec } from '../template/functions.ts';
import type { Json } from '../template/json.ts';
import { parseFilters } from './filter.ts';
import { failureOf, insisting } from './insist.ts';
import { type BatchWork, batchWorker } from './stream-batch.ts';

/** The dependencies of a stream's event source. */
export interface StreamSourceOptions extends BatchWork {
  readonly reader: StreamReader;
  readonly access: AccessControl;
  readonly principal: Principal;
  readonly pollMs?: number;
}

/** A stream's event source. `wake` is called after a write, so that no consumer waits for the slow poll. */
export interface StreamSource extends Service {
  wake(): void;
}

const NEEDED = ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
// Writes through the proxy wake the source at once. This finds those that went to the engine itself.
const POLL_MS = 1_000;

/** A sleep that `wake` ends. One that is called while nothing sleeps ends the next sleep at once. */
const createSleep = (signal: AbortSignal) => {
  let awake = false;
  let alarm: (() => void) | undefined;
  return {
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          alarm = undefined;
          awake = false;
          resolve();
        };
        const timer = setTimeout(end, ms).unref();
        alarm = end;
        if (awake || signal.aborted) end();
      }),
    wake: (): void => {
      awake = true;
      alarm?.();
    },
  };
};

/** Waits for a batch to fill. What cannot be read meanwhile is for the next batch. */
const filled = async (
  batch: readonly StreamRecord[],
  reader: StreamReader,
  { batchingWindowMs, batchSize }: EventSourceSpec,
  signal: AbortSignal,
): Promise<readonly StreamRecord[]> => {
  let records = batch;
  const until = Date.now() + batchingWindowMs;
  while (records.length > 0 && records.length < batchSize && Date.now() < until && !signal.aborted) {
    await pause(Math.min(100, batchingWindowMs), undefined, { ref: false });
    const more = await reader.read(batchSize - records.length).catch(() => undefined);
    if (more === undefined) break;
    records = [...records, ...more];
  }
  return records;
};

/**
 * Sends a table's changes to a function, in order.
 *
 * A batch that fails is retried until it succeeds or its attempts are used up, and blocks later ones; with bisection it is
 * first split in two, which costs no attempt. A partial answer continues at its lowest failed record.
 */
export const startStreamSource = (options: StreamSourceOptions): StreamSource => {
  const { source, reader, access, principal, report } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const matches = parseFilters(source.filters);
  const { sleep, wake } = createSleep(signal);
  const insist = insisting(source.logicalId, signal, report);
  const { work, progress } = batchWorker(options, insist, signal);

  const next = async (): Promise<readonly StreamRecord[]> => {
    for (const action of NEEDED) access.authorize(principal, action, source.sourceArn);
    return reader.read(source.batchSize);
  };

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const records = await filled(await insist(next), reader, source, signal);
      await work(records.filter((record) => matches(record as unknown as Json)));
      const last = records.at(-1);
      if (last === undefined) await sleep(options.pollMs ?? POLL_MS);
      else if (!signal.aborted) await progress(last);
    }
  };
  const polling = poll().catch((error: unknown) => {
    if (!signal.aborted) report(failureOf(source.logicalId, error));
  });
  return {
    wake,
    stop: async () => {
      stopping.abort();
      wake();
      await polling;
    },
  };
};
