import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type IdempotencyStore, once } from '../../../functions/http/idempotency.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const call = { scope: 'who and what', key: 'k', fingerprint: 'sha', authority: 'owner' };

/** A store that gives every claim, and what was done with it. */
const noting = () => {
  const done: string[] = [];
  const store: IdempotencyStore = {
    claim: async () => ({
      state: 'claimed',
      token: 'token',
      seed: Buffer.alloc(32),
      isRepeat: false,
      wasAnswered: false,
    }),
    renew: async () => Boolean(done.push('renew')),
    finish: async () => void done.push('finish'),
    release: async () => void done.push('release'),
  };
  return { done, store };
};

describe('a call whose answer was too large to keep', () => {
  it('is not done again, and its caller is told so', async () => {
    const { done, store } = noting();
    const work = jest.fn<() => Promise<never>>();
    const again = once({ ...store, claim: async () => ({ state: 'not kept' }) }, call, work);
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('was done') });
    expect([work.mock.calls, done]).toEqual([[], []]);
  });
});

describe('a call that takes longer than a claim holds', () => {
  it.each([
    ['answered', async () => ({ status: 201, body: '{}' }), 'finish'],
    ['refused', () => Promise.reject(new Error('no')), 'release'],
  ])('keeps its key until it is %s, and not beyond', async (_, outcome, last) => {
    const { done, store } = noting();
    const turn = Promise.withResolvers<void>();
    const answering = once(store, call, async () => {
      await turn.promise;
      return outcome();
    }).catch(() => undefined);
    await jest.advanceTimersByTimeAsync(11_000);
    expect(done).toEqual(Array(6).fill('renew'));
    turn.resolve();
    await answering;
    await jest.advanceTimersByTimeAsync(65_000);
    expect(done).toEqual([...Array(6).fill('renew'), last]);
  });
});
