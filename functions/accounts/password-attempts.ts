import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Attempts } from '../stores/attempt-store.ts';
import { hashSecret } from './tokens.ts';

/** Whose password is tried, and from where. */
export interface Attempt {
  readonly email: string;
  readonly address: string;
}

/** Checks a password unless it was tried too often; the check answers whether it was right. */
export type LimitAttempts = (attempt: Attempt, check: () => Promise<boolean>) => Promise<boolean>;

const QUARTER = 15 * 60;
/** Enough for a person who tries all passwords they ever had, and 350,000 a year for somebody who guesses. */
const OF_ACCOUNT = { most: 10, seconds: QUARTER };
/** Many people may sit behind one address. */
const OF_ADDRESS = { most: 50, seconds: QUARTER };

const tooMany = (retryAfter: number): MediaError => new MediaError('RATE_LIMITED', 'Too many attempts', { retryAfter });

/**
 * Wrong passwords are counted for the account, known or not, and for the address. The right one counts for nothing, but it
 * has to wait as well: an answer that depends on it would be what a guesser needs.
 */
export const limitAttempts =
  ({ attempts, clock }: { attempts: Attempts; clock: Clock }): LimitAttempts =>
  async ({ email, address }, check) => {
    const ofAddress = `address#${address}`;
    // Hashed, because what people type into the field of the address is sometimes their password.
    const ofAccount = `account#${hashSecret(email)}`;
    const now = clock();
    const addressWait = await attempts.take(ofAddress, OF_ADDRESS, now);
    if (addressWait !== undefined) throw tooMany(addressWait);
    const accountWait = await attempts.take(ofAccount, OF_ACCOUNT, now);
    if (accountWait !== undefined) throw tooMany(accountWait);
    const right = await check();
    if (right) await Promise.all([ofAddress, ofAccount].map((subject) => attempts.giveBack(subject)));
    return right;
  };
