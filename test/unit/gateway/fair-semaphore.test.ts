import { describe, expect, it } from '@jest/globals';
import { fairSemaphore } from '../../../functions/gateway/fair-semaphore.ts';

const staying = new AbortController().signal;

describe('places', () => {
  it('are no more than there are, and for one caller fewer', () => {
    const { take } = fairSemaphore(3, 2);
    expect([take('a'), take('a'), take('a'), take('b'), take('b')].map((leave) => leave !== undefined)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('are free again once they are given back, once each', () => {
    const { take } = fairSemaphore(2, 2);
    const leave = take('a');
    take('a');
    leave?.();
    leave?.();
    expect([take('b'), take('b')].map((found) => found !== undefined)).toEqual([true, false]);
  });

  it('go to who waits first, past callers that have theirs', async () => {
    const { take, wait } = fairSemaphore(2, 1);
    const entered: string[] = [];
    const enter = (caller: string) => wait(caller, staying).then(() => entered.push(caller));
    const first = take('a');
    const other = take('b');
    const waiting = [enter('a'), enter('c'), enter('d')];
    other?.();
    await waiting[1];
    expect(entered).toEqual(['c']);
    first?.();
    await waiting[0];
    expect(entered).toEqual(['c', 'a']);
  });

  it('are not kept for a caller that went away', async () => {
    const { take, wait } = fairSemaphore(1, 1);
    const leave = take('a');
    const gone = new AbortController();
    const waiting = wait('b', gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(wait('b', gone.signal)).rejects.toThrow('gone');
    leave?.();
    expect(take('c')).toBeDefined();
  });
});
