import { describe, expect, it, jest } from '@jest/globals';
import { takeMessages } from '../../../functions/processing/take-messages.ts';

const message = (key: string, receives = 1) => ({
  messageId: key,
  body: JSON.stringify({ Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] }),
  attributes: { ApproximateReceiveCount: String(receives) },
});
const take = (work: Parameters<typeof takeMessages>[0], ...messages: readonly ReturnType<typeof message>[]) =>
  takeMessages(work)({ Records: messages } as unknown as Parameters<ReturnType<typeof takeMessages>>[0]);

describe('a batch of messages', () => {
  it('says of each file whether its message came before', async () => {
    const seen: unknown[] = [];
    await take(async (key, { again }) => void seen.push([key, again]), message('a b/ü'), message('c', 2));
    expect(seen).toEqual([
      ['a b/ü', false],
      ['c', true],
    ]);
  });

  it('gives back those alone that failed', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const work = async (key: string) => {
      if (key === 'bad') throw new Error('no');
    };
    expect(await take(work, message('good'), message('bad'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'bad' }],
    });
  });
});
