import { describe, expect, it } from '@jest/globals';
import { fairSemaphore } from '../../../functions/gateway/fair-semaphore.ts';
import { type Sender as FormSender, takeFormShare } from '../../../functions/gateway/form-shares.ts';

interface Sender {
  readonly userId: string;
  readonly teamId: string;
  readonly address?: string;
}

const formShares = () => {
  const senders = fairSemaphore(100);
  return {
    take: ({ address = 'a', ...sender }: FormSender & Pick<Sender, 'address'>) =>
      takeFormShare(senders, sender, address),
  };
};
const LOGIN = { kind: 'access-token', id: 'login' } as const;
const KEY = { kind: 'api-key', id: 'key' } as const;

/** How many of these callers, one after the other, are given a place. */
const taken = (
  callers: readonly Sender[],
  shares = formShares(),
  credential: typeof LOGIN | typeof KEY = LOGIN,
): number =>
  callers.filter((caller) => {
    try {
      return shares.take({ ...caller, credential }) !== undefined;
    } catch (error) {
      expect(error).toMatchObject({ code: 'BUSY', retryAfter: 5 });
      return false;
    }
  }).length;
const each = (make: (at: number) => Sender) => Array.from({ length: 40 }, (_, at) => make(at));

describe('the places of the upload gateway', () => {
  it.each([
    ['8 for one person, in whatever teams', 8, each((at) => ({ userId: 'u', teamId: `team-${at}`, address: `${at}` }))],
    ['12 for one team', 12, each((at) => ({ userId: `u-${at}`, teamId: 'team', address: `${at}` }))],
    ['8 for all guests', 8, each((at) => ({ userId: `u-${at}`, teamId: `guest-${at}`, address: `${at}` }))],
    ['4 for the guests of one address', 4, each((at) => ({ userId: `u-${at}`, teamId: `guest-${at}` }))],
    ['24 for one address with many accounts', 24, each((at) => ({ userId: `u-${at}`, teamId: `team-${at}` }))],
  ])('are %s', (_, most, callers) => expect(taken(callers)).toBe(most));

  it('are 4 for all keys of a person, and leave the person theirs', () => {
    const shares = formShares();
    const callers = each((at) => ({ userId: 'u', teamId: `team-${at}` }));
    expect([taken(callers, shares, KEY), taken(callers, shares)]).toEqual([4, 8]);
  });

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
    const release = shares.take({ userId: 'u', teamId: 'other', credential: LOGIN });
    release();
    expect(
      taken(
        each(() => ({ userId: 'u', teamId: 'other' })),
        shares,
      ),
    ).toBe(8);
  });
});
