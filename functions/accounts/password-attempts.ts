import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Allowance, Attempts } from './attempt-store.ts';
import { hashSecret } from './tokens.ts';

/** The subject of an attempts counter. */
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
 * A stranger with many addresses can use this up; then the person signs in from a known device. It bounds guesses from any
 * number of addresses: 18 million a year, of passwords that no list has.
 */
const OF_ACCOUNT = { most: 500, seconds: QUARTER };

/** The person whose password is tried, and the origin of the attempt. */
export interface SignIn {
  readonly email: string;
  readonly address: string;
  /** A device on which this very person has signed in before. */
  readonly deviceId: string | undefined;
}

/**
 * The counters of a sign-in. A stranger can use up the pair of address and account, which is only their own; the account has
 * room for many pairs. A known device has a separate counter, which no other client reaches.
 */
export const countersOfSignIn = ({ email, address, deviceId }: SignIn): readonly Counter[] => {
  if (deviceId !== undefined) return [{ subject: `device#${deviceId}`, allowance: FEW }];
  // Hashed, because people sometimes type their password into the field of the address.
  const account = hashSecret(email);
  return [
    { subject: `pair#${address}#${account}`, allowance: FEW },
    { subject: `address#${address}`, allowance: OF_ADDRESS },
    { subject: `account#${account}`, allowance: OF_ACCOUNT },
  ];
};

/** The counters for the password of a share link. Its visitors sign in nowhere, so none has a counter of their own. */
export const countersOfShareLink = (linkId: string, address: string): readonly Counter[] => [
  { subject: `pair#${address}#link#${linkId}`, allowance: FEW },
  { subject: `address#${address}`, allowance: OF_ADDRESS },
  { subject: `link#${linkId}`, allowance: OF_ACCOUNT },
];

/** The counter for the password of a signed-in person: that login. */
export const countersOfSession = (sessionId: string): readonly Counter[] => [
  { subject: `session#${sessionId}`, allowance: FEW },
];

/** The counter for mailed tokens, which a caller cannot guess: of the address that sends them. */
export const countersOfReset = (address: string): readonly Counter[] => [
  { subject: `reset-by#${address}`, allowance: OF_ADDRESS },
];

const tooMany = (retryAfter: number): MediaError => new MediaError('RATE_LIMITED', 'Too many attempts', { retryAfter });

/**
 * Counts wrong passwords, the narrowest counter first: an attempt that it refuses is not counted in shared ones. The right
 * password is not counted, but it has to wait as well: otherwise the answer would reveal it to a guesser.
 */
export const limitAttempts =
  ({ attempts, clock }: { attempts: Attempts; clock: Clock }): LimitAttempts =>
  async (counters, check) => {
    const now = clock();
    const taken: string[] = [];
    const giveBack = (): Promise<unknown> => Promise.all(taken.map((subject) => attempts.giveBack(subject)));
    let right: boolean;
    try {
      for (const { subject, allowance } of counters) {
        const wait = await attempts.take(subject, allowance, now);
        if (wait !== undefined) throw tooMany(wait);
        taken.push(subject);
      }
      right = await check();
    } catch (error) {
      // No password was judged: neither a shared counter nor a fault of ours takes what the caller has left.
      await giveBack().catch(() => undefined);
      throw error;
    }
    if (right) await giveBack().catch(() => undefined);
    return right;
  };
