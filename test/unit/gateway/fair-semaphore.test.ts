import { describe, expect, it } from '@jest/globals';
import { fairSemaphore } from '../../../functions/gateway/fair-semaphore.ts';

const staying = new AbortController().signal;

/** Slots of which each caller has `mostOfOne`. */
const slots = (most: number, mostOfOne: number) => {
  const { take, wait } = fairSemaphore(most);
  const of = (id: string) => [{ id, most: mostOfOne }];
  return {
    take: (caller: string) => take(of(caller)),
    wait: (caller: string, gone: AbortSignal) => wait(of(caller), gone),
  };
};

describe('places', () => {
  it('are no more than there are, and for one caller fewer', () => {
    const { take } = slots(3, 2);
    expect([take('a'), take('a'), take('a'), take('b'), take('b')].map((leave) => leave !== undefined)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('count for each share that a caller has, and for none where one is used up', () => {
    const { take } = fairSemaphore(9);
    const [person, other, team] = [
      { id: 'p', most: 2 },
      { id: 'o', most: 2 },
      { id: 't', most: 1 },
    ];
    const leave = take([person, team]);
    expect([leave, take([other, team]), take([person, team])]).toEqual([expect.any(Function), undefined, undefined]);
    expect([take([other]), take([other]), take([other])].map((found) => found !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
    leave?.();
    expect(take([person, team])).toBeDefined();
  });

  it('are free again once they are given back, once each', () => {
    const { take } = slots(2, 2);
    const leave = take('a');
    take('a');
    leave?.();
    leave?.();
    expect([take('b'), take('b')].map((found) => found !== undefined)).toEqual([true, false]);
  });

  it('go to who waits first, past callers that have theirs', async () => {
    const { take, wait } = slots(2, 1);
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
    const { take, wait } = slots(1, 1);
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
