import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { shareOf } from '../domain/shares.ts';
import { fairSemaphore, type Release } from './fair-semaphore.ts';

/** Forms at once: a quarter of all for one person and for all guests together, somewhat more for a team. */
const OF_PERSON = 8;
const OF_GUESTS = 8;
const OF_TEAM = 12;

export interface FormShares {
  /** Takes a slot for an authenticated caller; throws `BUSY` while they, their team or all guests use all of theirs. */
  take(principal: Pick<Principal, 'userId' | 'teamId'>): Release;
}

/** The slots of one program by sender, beside those by address: one person can use many addresses. */
export const formShares = (): FormShares => {
  const people = fairSemaphore(Number.POSITIVE_INFINITY, OF_PERSON);
  const teams = fairSemaphore(Number.POSITIVE_INFINITY, OF_TEAM);
  const guests = fairSemaphore(Number.POSITIVE_INFINITY, OF_GUESTS);
  return {
    take: ({ userId, teamId }) => {
      const share = shareOf(teamId);
      const ofShare = (share === teamId ? teams : guests).take(share);
      const ofPerson = ofShare && people.take(userId);
      if (ofPerson) {
        return () => {
          ofPerson();
          ofShare();
        };
      }
      ofShare?.();
      throw new MediaError('BUSY', 'Too many forms of yours or of your team are being received', { retryAfter: 5 });
    },
  };
};
