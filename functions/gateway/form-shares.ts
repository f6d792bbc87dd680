import { boundFor, countedAs } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { shareOf } from '../domain/shares.ts';
import { fairSemaphore, type Release } from './fair-semaphore.ts';

/** Forms at once: a quarter of all for one person and for all guests together, half of that for the keys of a person, more for a team. */
const OF_PERSON = 8;
const OF_KEYS = boundFor({ isKey: true }, OF_PERSON);
const OF_GUESTS = 8;
const OF_TEAM = 12;

export interface FormShares {
  /** Takes a place for a caller who is known now; throws `BUSY` while they, their team or all guests have theirs. */
  take(principal: Pick<Principal, 'userId' | 'teamId' | 'credential'>): Release;
}

/** The slots of one program by sender, beside those by address: one person can use many addresses. */
export const formShares = (): FormShares => {
  const people = fairSemaphore(Number.POSITIVE_INFINITY, OF_PERSON);
  const keys = fairSemaphore(Number.POSITIVE_INFINITY, OF_KEYS);
  const teams = fairSemaphore(Number.POSITIVE_INFINITY, OF_TEAM);
  const guests = fairSemaphore(Number.POSITIVE_INFINITY, OF_GUESTS);
  return {
    take: ({ teamId, ...caller }) => {
      const { id, isKey } = countedAs(caller);
      const share = shareOf(teamId);
      const ofShare = (share === teamId ? teams : guests).take(share);
      const ofPerson = ofShare && (isKey ? keys : people).take(id);
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
