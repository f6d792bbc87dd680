import { setTimeout as pause } from 'node:timers/promises';
import type { StreamReader, StreamRecord } from '../dynamodb/stream-reader.ts';
import { type AccessControl, AwsError, type Principal, type Service } from '../ports.ts';
import type { EventSourceSpec } from '../template/functions.ts';
import type { Json } from '../template/json.ts';
import { parseFilters } from './filter.ts';
import type { RunningFunctions } from './host.ts';
import { failedItems } from './queue-source.ts';

/** The dependencies of a stream's event source. */
export interface StreamSourceOptions {
  readonly source: EventSourceSpec;
  readonly reader: StreamReader;
  readonly functions: Pick<RunningFunctions, 'invoke'>;
  readonly access: AccessControl;
  readonly principal: Principal;
  /** Called with the last sequence number that needs no further work. */
  readonly onProgress: (sequence: bigint) => void;
  /** The destination after the last attempt. */
  readonly onGivenUp: (records: readonly StreamRecord[], reason: unknown) => Promise<void>;
  readonly report: (message: string) => void;
  readonly pollMs?: number;
}

/** A stream's event source. `wake` is called after a write, so that no consumer waits for the slow poll. */
export interface StreamSource extends Service {
  wake(): void;
}

const NEEDED = ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
// Writes through the proxy wake the source at once. This finds those that went to the engine itself.
const POLL_MS = 1_000;
const LONGEST_BACKOFF_MS = 10_000;

/**
 * Sends a table's changes to a function, in order.
 *
 * A batch that fails is retried until it succeeds or its attempts are used up, and blocks later ones; with bisection it is
 * first split in two, which costs no attempt. A partial answer continues at its lowest failed record.
 */
export const startStreamSource = (options: StreamSourceOptions): StreamSource => {
  const { source, reader, functions } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const matches = parseFilters(source.filters);
  let awake = false;
  let alarm: (() => void) | undefined;

  const sleep = (ms: number): Promise<void> =>
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
    });
  const backOff = (attempt: number): Promise<void> =>
    pause(Math.min(100 * 2 ** attempt, LONGEST_BACKOFF_MS), undefined, { signal, ref: false }).catch(() => {});

  /**
   * Retries a step until it succeeds; throws when the source stops before. The reader is past these records, so a failed step
   * must be repeated later: nothing else would deliver them again.
   */
  const insist = async <T>(step: () => Promise<T>): Promise<T> => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await step();
      } catch (error) {
        signal.throwIfAborted();
        options.report(failureOf(error));
        await backOff(failures);
        signal.throwIfAborted();
      }
    }
  };
  const failureOf = (error: unknown): string =>
    `${source.logicalId}: ${error instanceof AwsError ? error.message : String(error)}`;
  const progress = (record: StreamRecord): Promise<void> => insist(async () => options.onProgress(sequenceOf(record)));

  /** Works off the records; returns early only when the source stops. */
  const work = async (records: readonly StreamRecord[], attempt: number): Promise<void> => {
    const last = records.at(-1);
    if (last === undefined || signal.aborted) return;
    // A call that does not reach the function costs no attempt, as on AWS.
    const { payload, functionError } = await insist(() => functions.invoke(source.functionName, { Records: records }));
    if (signal.aborted && functionError) return;
    const rest = functionError ? records : unfinished(records, payload, source.reportsItemFailures);
    const done = records[records.length - rest.length - 1];
    if (done) await progress(done);
    if (rest.length === 0) return;
    if (functionError) options.report(`${source.functionName} failed: ${JSON.stringify(payload)}`);
    if (source.bisectsOnError && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      await work(rest.slice(0, middle), attempt);
      return work(rest.slice(middle), attempt);
    }
    if (source.maximumRetryAttempts >= 0 && attempt >= source.maximumRetryAttempts) {
      await insist(() => options.onGivenUp(rest, payload));
      return progress(last);
    }
    await backOff(attempt);
    return work(rest, attempt + 1);
  };

  const next = async (): Promise<readonly StreamRecord[]> => {
    for (const action of NEEDED) options.access.authorize(options.principal, action, source.sourceArn);
    return reader.read(source.batchSize);
  };
  /** Waits for a batch to fill. What cannot be read meanwhile is for the next batch. */
  const filled = async (batch: readonly StreamRecord[]): Promise<readonly StreamRecord[]> => {
    let records = batch;
    const until = Date.now() + source.batchingWindowMs;
    while (records.length > 0 && records.length < source.batchSize && Date.now() < until && !signal.aborted) {
      await pause(Math.min(100, source.batchingWindowMs), undefined, { ref: false });
      const more = await reader.read(source.batchSize - records.length).catch(() => undefined);
      if (more === undefined) break;
      records = [...records, ...more];
    }
    return records;
  };

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const records = await filled(await insist(next));
      await work(
        records.filter((record) => matches(record as unknown as Json)),
        0,
      );
      const last = records.at(-1);
      if (last === undefined) await sleep(options.pollMs ?? POLL_MS);
      else if (!signal.aborted) await progress(last);
    }
  };
  const polling = poll().catch((error: unknown) => {
    if (!signal.aborted) options.report(failureOf(error));
  });
  return {
    wake: () => {
      awake = true;
      alarm?.();
    },
    stop: async () => {
      stopping.abort();
      alarm?.();
      await polling;
    },
  };
};

const sequenceOf = (record: StreamRecord): bigint => BigInt(record.dynamodb.SequenceNumber);

/** The rest of a batch whose function returned: everything from its lowest failed record. */
const unfinished = (
  records: readonly StreamRecord[],
  payload: unknown,
  reportsItemFailures: boolean,
): readonly StreamRecord[] => {
  if (!reportsItemFailures) return [];
  const numbers = new Set(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
  const failed = failedItems(payload, numbers);
  // An answer that cannot be read fails the whole batch.
  if (failed === undefined) return records;
  const lowest = records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  return lowest < 0 ? [] : records.slice(lowest);
};
