import { describe, expect, it } from '@jest/globals';
import { formShares } from '../../../functions/gateway/form-shares.ts';

/** How many of these callers, one after the other, are given a place. */
const taken = (callers: readonly { userId: string; teamId: string }[], shares = formShares()): number =>
  callers.filter((caller) => {
    try {
      return shares.take(caller) !== undefined;
    } catch (error) {
      expect(error).toMatchObject({ code: 'BUSY', retryAfter: 5 });
      return false;
    }
  }).length;
const each = (make: (at: number) => { userId: string; teamId: string }) =>
  Array.from({ length: 40 }, (_, at) => make(at));

describe('the places of the upload gateway', () => {
  it.each([
    ['8 for one person, in whatever teams', 8, each((at) => ({ userId: 'u', teamId: `team-${at}` }))],
    ['12 for one team', 12, each((at) => ({ userId: `u-${at}`, teamId: 'team' }))],
    ['8 for all guests', 8, each((at) => ({ userId: `u-${at}`, teamId: `guest-${at}` }))],
  ])('are %s', (_, most, callers) => expect(taken(callers)).toBe(most));

  it('that a team had no room for are not taken from the person', () => {
    const shares = formShares();
    taken(
      each((at) => ({ userId: `u-${at}`, teamId: 'full' })),
      shares,
    );
    taken(
      each(() => ({ userId: 'u', teamId: 'full' })),
      shares,
    );
    const release = shares.take({ userId: 'u', teamId: 'other' });
    release();
    expect(
      taken(
        each(() => ({ userId: 'u', teamId: 'other' })),
        shares,
      ),
    ).toBe(8);
  });
});
