import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { takeMessages } from '../../../functions/shared/take-messages.ts';

const message = (key: string, receives = 1) => ({
  messageId: key,
  receiptHandle: `receipt of ${key}`,
  body: JSON.stringify({ key }),
  attributes: { ApproximateReceiveCount: String(receives) },
});
const take = async (work: (key: string) => Promise<void>, ...messages: readonly ReturnType<typeof message>[]) => {
  const retried: unknown[] = [];
  const handler = takeMessages(({ key }: { key: string }) => work(key), {
    retry: async (...retry) => void retried.push(retry),
  });
  const { batchItemFailures } = await handler({ Records: messages } as unknown as Parameters<typeof handler>[0]);
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), retried };
};
afterEach(() => void jest.restoreAllMocks());

describe('a batch of messages', () => {
  it('is taken by the keys of its objects', async () => {
    const seen: string[] = [];
    await take(async (key) => void seen.push(key), message('a b/ü'), message('c'));
    expect(seen).toEqual(['a b/ü', 'c']);
  });

  it('gives back those alone that failed, to come again soon, later each time', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const work = async (key: string) => {
      if (key !== 'good') throw new Error('no');
    };
    expect(await take(work, message('good'), message('bad'), message('worse', 3))).toEqual({
      failed: ['bad', 'worse'],
      retried: [
        ['receipt of bad', 15],
        ['receipt of worse', 45],
      ],
    });
  });
});
