import { describe, expect, it } from '@jest/globals';
import { moved } from '../../../web/collections/moved.ts';

describe('a move in a collection', () => {
  it.each([
    ['before another file', ['d'], 'b', true, ['a', 'd', 'b', 'c'], 'b'],
    ['behind another file', ['a'], 'b', false, ['b', 'a', 'c', 'd'], 'c'],
    ['to the end', ['a', 'c'], 'd', false, ['b', 'd', 'a', 'c'], undefined],
    ['of several, in their order', ['d', 'b'], 'a', true, ['b', 'd', 'a', 'c'], 'a'],
    ['behind one of those that move', ['b', 'c'], 'c', false, ['a', 'b', 'c', 'd'], 'd'],
  ])('%s is told to the API by the file that comes after it', (_, chosen, target, isBefore, order, before) => {
    const ids = ['a', 'b', 'c', 'd'].filter((id) => chosen.includes(id));
    expect(moved(['a', 'b', 'c', 'd'], chosen, target, isBefore)).toEqual({ order, ids, before });
  });
});
