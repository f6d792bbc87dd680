import type { StreamRecord } from '../dynamodb/stream-reader.ts';
import type { EventSourceSpec } from '../template/functions.ts';
import type { RunningFunctions } from './host.ts';
import { backOff, type Insist } from './insist.ts';
import { failedItems } from './queue-source.ts';

/** What works a batch off needs, and whom it tells. */
export interface BatchWork {
  readonly source: EventSourceSpec;
  readonly functions: Pick<RunningFunctions, 'invoke'>;
  /** Called with the last sequence number that needs no further work. */
  readonly onProgress: (sequence: bigint) => void;
  /** The destination after the last attempt. */
  readonly onGivenUp: (records: readonly StreamRecord[], reason: unknown) => Promise<void>;
  readonly report: (message: string) => void;
}

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

/**
 * Works batches off, in order. The reader is past their records, so a step that fails is repeated by `insist`: nothing else would
 * deliver them again.
 */
export const batchWorker = (
  { source, functions, onProgress, onGivenUp, report }: BatchWork,
  insist: Insist,
  signal: AbortSignal,
) => {
  const progress = (record: StreamRecord): Promise<void> => insist(async () => onProgress(sequenceOf(record)));

  /** Works off the records; returns early only when the source stops. */
  const work = async (records: readonly StreamRecord[], attempt = 0): Promise<void> => {
    const last = records.at(-1);
    if (last === undefined || signal.aborted) return;
    // A call that does not reach the function costs no attempt, as on AWS.
    const { payload, functionError } = await insist(() => functions.invoke(source.functionName, { Records: records }));
    if (signal.aborted && functionError) return;
    const rest = functionError ? records : unfinished(records, payload, source.reportsItemFailures);
    const done = records[records.length - rest.length - 1];
    if (done) await progress(done);
    if (rest.length === 0) return;
    if (functionError) report(`${source.functionName} failed: ${JSON.stringify(payload)}`);
    if (source.bisectsOnError && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      await work(rest.slice(0, middle), attempt);
      return work(rest.slice(middle), attempt);
    }
    if (source.maximumRetryAttempts >= 0 && attempt >= source.maximumRetryAttempts) {
      await insist(() => onGivenUp(rest, payload));
      return progress(last);
    }
    await backOff(attempt, signal);
    return work(rest, attempt + 1);
  };
  return { work, progress };
};
