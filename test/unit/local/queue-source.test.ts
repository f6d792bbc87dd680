import { describe, expect, it } from '@jest/globals';
import { startQueueSource } from '../../../local/lambda/queue-source.ts';
import type { Taken } from '../../../local/sqs/message-store.ts';
import type { EventSourceSpec } from '../../../local/template/functions.ts';

const source: EventSourceSpec = {
  logicalId: 'Consumer',
  functionName: 'consumer',
  sourceArn: 'arn:aws:sqs:us-east-1:000000000000:queue',
  batchSize: 2,
  batchingWindowMs: 10_000,
  reportsItemFailures: false,
  bisectsOnError: false,
  maximumRetryAttempts: -1,
  filters: [],
  fromLatest: false,
};

const message = (messageId: string): Taken => ({
  id: 1,
  messageId,
  body: messageId,
  attributes: '{}',
  sentAt: 0,
  groupId: null,
  firstReceivedAt: 0,
  receives: 1,
  receipt: `receipt of ${messageId}`,
});

/** A source whose queue answers each `receive` by the next of the answers, and then nothing until it is stopped. */
const run = (answers: (() => Promise<readonly Taken[]>)[]) => {
  const delivered: string[] = [];
  let asked = 0;
  const first = Promise.withResolvers<void>();
  const running = startQueueSource({
    source,
    queues: {
      receive: async (_queue, { signal }) => {
        asked += 1;
        const answer = answers.shift();
        if (answer) return answer();
        if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        return [];
      },
      delete: async () => {},
    },
    functions: {
      capacity: () => 1,
      invoke: async (_name, event) => {
        delivered.push(...(event as { Records: { body: string }[] }).Records.map(({ body }) => body));
        first.resolve();
        return { payload: undefined };
      },
    },
    access: { authorize: () => {}, lookup: () => undefined },
    principal: { arn: 'consumer' },
    report: () => {},
  });
  return { delivered, first: first.promise, asked: () => asked, stop: running.stop };
};

describe("a queue's event source that waits for a batch to fill", () => {
  it('delivers what it has taken when it cannot take more', async () => {
    const { delivered, first, stop } = run([
      async () => [message('a')],
      async () => {
        throw new Error('database is locked');
      },
    ]);
    await first;
    await stop();
    expect(delivered).toEqual(['a']);
  });

  it('stops receiving when it is stopped', async () => {
    const { delivered, asked, stop } = run([async () => [message('a')]]);
    await stop();
    expect(delivered).toEqual(['a']);
    expect(asked()).toBeLessThanOrEqual(2);
  });
});
