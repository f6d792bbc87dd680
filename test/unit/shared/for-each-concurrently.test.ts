import { describe, expect, it } from '@jest/globals';
import { forEachConcurrently } from '../../../functions/shared/for-each-concurrently.ts';

const turn = () => new Promise(setImmediate);

describe('work in lanes', () => {
  it('does everything once, and so much at a time', async () => {
    let underWay = 0;
    let most = 0;
    const done: number[] = [];
    await forEachConcurrently(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
      done.push(item);
    });
    expect([done.toSorted(), most]).toEqual([[1, 2, 3, 4, 5, 6, 7], 3]);
  });

  it('ends at the first failure, and not before what is under way has ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = forEachConcurrently(2, [1, 2, 3, 4, 5, 6], async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('busy');
      await turn();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('busy');
    expect([begun, ended]).toEqual([[1, 2], [2]]);
    await turn();
    expect(begun).toEqual([1, 2]);
  });
});
