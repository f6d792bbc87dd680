import { describe, expect, it } from '@jest/globals';
import { type Claim, laneFor, lanesOf, shareOf } from '../../../functions/domain/shares.ts';

const LIMITS = { ofHolder: 4, ofAll: 8, lanes: 2 };
const claim = (holder: string, lane: number): Claim => ({ holder, lane, until: 1 });

describe('a share', () => {
  it('is that of a team, or of all guests together', () => {
    expect([shareOf('team'), shareOf('guest-1'), shareOf('guest-2')]).toEqual(['team', 'guests', 'guests']);
  });

  it('is more than half of the executions, and never all of them', () => {
    expect([2, 3, 5, 40, 1000].map(lanesOf)).toEqual([1, 1, 3, 24, 600]);
  });
});

describe('a claim', () => {
  it('of a person who has claimed enough is refused, and a colleague gets the lane beside', () => {
    const held = Array.from({ length: 4 }, () => claim('greedy', 0));
    expect(laneFor(held, 'greedy', LIMITS)).toBeUndefined();
    expect(laneFor(held, 'colleague', LIMITS)).toBe(1);
  });

  it('keeps a person in one lane', () => {
    const held = [claim('greedy', 1), claim('greedy', 1)];
    expect(laneFor(held, 'greedy', LIMITS)).toBe(1);
  });

  it('of a team that has claimed enough is refused, whichever member asks', () => {
    const held = ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'].map((holder) => claim(holder, 0));
    expect(laneFor(held, 'new', LIMITS)).toBeUndefined();
  });
});
