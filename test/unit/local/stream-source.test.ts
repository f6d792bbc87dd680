import { describe, expect, it } from '@jest/globals';
import type { StreamRecord } from '../../../local/dynamodb/stream-reader.ts';
import { type StreamSourceOptions, startStreamSource } from '../../../local/lambda/stream-source.ts';
import type { EventSourceSpec } from '../../../local/template/functions.ts';

const spec: EventSourceSpec = {
  logicalId: 'Consumer',
  functionName: 'consumer',
  sourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/s',
  batchSize: 2,
  batchingWindowMs: 0,
  reportsItemFailures: false,
  bisectsOnError: false,
  maximumRetryAttempts: 1,
  filters: [],
  fromLatest: false,
};

const change = (sequence: number): StreamRecord => ({
  eventID: `${sequence}`,
  eventName: 'INSERT',
  dynamodb: { SequenceNumber: String(sequence) },
});
const sequences = (records: readonly StreamRecord[]): readonly number[] =>
  records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));

/** Runs the source over a stream of `length` changes until it has noted the last as its place. */
const consumed = async (
  length: number,
  {
    source = {},
    ...parts
  }: Partial<Omit<StreamSourceOptions, 'source'>> & { readonly source?: Partial<EventSourceSpec> },
): Promise<{ reports: readonly string[]; progress: readonly number[]; givenUp: readonly number[] }> => {
  const reports: string[] = [];
  const progress: number[] = [];
  const givenUp: number[] = [];
  const over = Promise.withResolvers<void>();
  const changes = Array.from({ length }, (_, index) => change(index + 1));
  let at = 0;
  const running = startStreamSource({
    reader: {
      read: async (limit) => {
        const records = changes.slice(at, at + limit);
        at += records.length;
        return records;
      },
    },
    functions: { invoke: async () => ({ payload: undefined }) },
    access: { authorize: () => {}, lookup: () => undefined },
    principal: { arn: 'consumer' },
    onGivenUp: async (records) => {
      givenUp.push(...sequences(records));
    },
    report: (message) => reports.push(message),
    ...parts,
    source: { ...spec, ...source },
    onProgress: (sequence) => {
      parts.onProgress?.(sequence);
      progress.push(Number(sequence));
      if (progress.at(-1) === length) over.resolve();
    },
  });
  await over.promise;
  await running.stop();
  return { reports, progress, givenUp };
};

/** Throws the first time that it is called. */
const onceOnly = (message: string): (() => void) => {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    throw new Error(message);
  };
};

describe("a stream's event source", () => {
  it('keeps a batch whose function cannot be called, and costs it no attempt', async () => {
    const calls: (readonly number[])[] = [];
    let refusals = 3;
    const { reports, progress, givenUp } = await consumed(4, {
      functions: {
        invoke: async (_name, event) => {
          if (refusals-- > 0) throw new Error('no thread can be made');
          calls.push(sequences((event as { Records: StreamRecord[] }).Records));
          return { payload: undefined };
        },
      },
    });
    expect(calls).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(new Set(progress)).toEqual(new Set([2, 4]));
    expect(givenUp).toEqual([]);
    expect(reports).toEqual(Array(3).fill('Consumer: Error: no thread can be made'));
  });

  it('repeats the delivery of records to its failure destination until it succeeds', async () => {
    const refuse = onceOnly('database is locked');
    const kept: (readonly number[])[] = [];
    const { progress } = await consumed(2, {
      functions: { invoke: async () => ({ payload: 'bad', functionError: 'Unhandled' }) },
      onGivenUp: async (records) => {
        refuse();
        kept.push(sequences(records));
      },
    });
    expect(kept).toEqual([[1, 2]]);
    expect(new Set(progress)).toEqual(new Set([2]));
  });

  it('does not call its function again because its place could not be noted', async () => {
    const refuse = onceOnly('database is locked');
    let calls = 0;
    const { progress } = await consumed(2, {
      functions: {
        invoke: async () => {
          calls += 1;
          return { payload: undefined };
        },
      },
      onProgress: refuse,
    });
    expect(calls).toBe(1);
    expect(new Set(progress)).toEqual(new Set([2]));
  });

  it('delivers what it has read when the rest of the batch cannot be read', async () => {
    const unread = [[change(1)], new Error('the engine is busy'), [change(2)]];
    const calls: (readonly number[])[] = [];
    await consumed(2, {
      source: { batchingWindowMs: 50 },
      reader: {
        read: async () => {
          const next = unread.shift() ?? [];
          if (next instanceof Error) throw next;
          return next;
        },
      },
      functions: {
        invoke: async (_name, event) => {
          calls.push(sequences((event as { Records: StreamRecord[] }).Records));
          return { payload: undefined };
        },
      },
    });
    expect(calls.flat()).toEqual([1, 2]);
  });
});
