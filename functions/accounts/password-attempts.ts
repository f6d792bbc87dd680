import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Allowance, Attempts } from './attempt-store.ts';
import { hashSecret } from './tokens.ts';

/** Something that attempts are counted for. */
export interface Counter {
  readonly subject: string;
  readonly allowance: Allowance;
}

/** Checks a password unless it was tried too often; the check answers whether it was right. */
export type LimitAttempts = (counters: readonly Counter[], check: () => Promise<boolean>) => Promise<boolean>;

const QUARTER = 15 * 60;
/** Enough for a person who tries all passwords they ever had. */
const FEW = { most: 10, seconds: QUARTER };
/** Many people may sit behind one address. */
const OF_ADDRESS = { most: 100, seconds: QUARTER };
/**
 * A stranger with many addresses can use this up, and then the person signs in from a device that is known. It bounds what a
 * guesser with any number of addresses has: 18 million guesses a year, of passwords that no list has.
 */
const OF_ACCOUNT = { most: 500, seconds: QUARTER };

/** Whose password is tried, and from where. */
export interface SignIn {
  readonly email: string;
  readonly address: string;
  /** A device on which this very person has signed in before. */
  readonly deviceId: string | undefined;
}

/**
 * What a sign-in is counted for. The pair of address and account is what a stranger can use up, and it is their own; the account
 * alone has room for many of them. A known device has a counter of its own, which no other client reaches.
 */
export const countersOfSignIn = ({ email, address, deviceId }: SignIn): readonly Counter[] => {
  if (deviceId !== undefined) return [{ subject: `device#${deviceId}`, allowance: FEW }];
  // Hashed, because what people type into the field of the address is sometimes their password.
  const account = hashSecret(email);
  return [
    { subject: `pair#${address}#${account}`, allowance: FEW },
    { subject: `address#${address}`, allowance: OF_ADDRESS },
    { subject: `account#${account}`, allowance: OF_ACCOUNT },
  ];
};

/** What the password of a person who is signed in is counted for: that login alone. */
export const countersOfSession = (sessionId: string): readonly Counter[] => [
  { subject: `session#${sessionId}`, allowance: FEW },
];

const tooMany = (retryAfter: number): MediaError => new MediaError('RATE_LIMITED', 'Too many attempts', { retryAfter });

/**
 * Counts wrong passwords, the narrowest counter first: an attempt that is refused there counts for nothing that others share.
 * The right password counts for nothing, but it has to wait as well: an answer that depends on it would be what a guesser needs.
 */
export const limitAttempts =
  ({ attempts, clock }: { attempts: Attempts; clock: Clock }): LimitAttempts =>
  async (counters, check) => {
    const now = clock();
    for (const { subject, allowance } of counters) {
      const wait = await attempts.take(subject, allowance, now);
      if (wait !== undefined) throw tooMany(wait);
    }
    const right = await check();
    if (right) await Promise.all(counters.map(({ subject }) => attempts.giveBack(subject)));
    return right;
  };
