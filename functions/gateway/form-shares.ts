import { boundFor, countedAs } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { shareOf } from '../domain/shares.ts';
import type { FairSemaphore, Release, Share } from './fair-semaphore.ts';

/** How many slots callers have at once. */
export interface Shares {
  /** A person; the keys of a person have half of it together. */
  readonly person: number;
  readonly team: number;
  /** All members at one address, such as an office: one with several accounts does not have all slots either. */
  readonly address: number;
  readonly guests: number;
  readonly guestsOfAddress: number;
  /** Callers of one address that are not authenticated yet. */
  readonly unknownOfAddress: number;
}

/** Of 32 forms. */
export const FORM_SHARES: Shares = {
  ...{ person: 8, team: 12, address: 24 },
  ...{ guests: 8, guestsOfAddress: 4, unknownOfAddress: 16 },
};
/** Of 4 bodies that are read whole. */
export const WHOLE_SHARES: Shares = {
  ...{ person: 2, team: 3, address: 3 },
  ...{ guests: 2, guestsOfAddress: 1, unknownOfAddress: 2 },
};

/** A caller whose headers were authenticated. */
export type Sender = Pick<Principal, 'userId' | 'teamId' | 'credential'>;

/**
 * What a caller may hold: by who they are, since one person can use many addresses, and an office has one address for all of its
 * people. Only guests, whom an address makes as it likes, and callers that are not known yet count by address alone.
 */
export const sharesOf = (sender: Sender | undefined, address: string, most: Shares): readonly Share[] => {
  if (!sender) return [{ id: `unknown ${address}`, most: most.unknownOfAddress }];
  const { teamId, ...caller } = sender;
  const counted = countedAs(caller);
  const person = { id: `person ${counted.id}`, most: boundFor(counted, most.person) };
  if (shareOf(teamId) !== teamId) {
    return [person, { id: 'guests', most: most.guests }, { id: `guests at ${address}`, most: most.guestsOfAddress }];
  }
  return [person, { id: `team ${teamId}`, most: most.team }, { id: `address ${address}`, most: most.address }];
};

/** Takes a place for a caller who is known now; throws `BUSY` while they, their team or all guests have theirs. */
export const takeFormShare = (senders: FairSemaphore, sender: Sender, address: string): Release => {
  const release = senders.take(sharesOf(sender, address, FORM_SHARES));
  if (release) return release;
  throw new MediaError('BUSY', 'Too many forms of yours or of your team are being received', { retryAfter: 5 });
};
