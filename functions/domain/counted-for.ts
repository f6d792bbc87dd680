import { type NamedCredential, namedBy, type Principal } from './principal.ts';

/** For whom a number is counted that has a bound per person. */
export interface CountedFor {
  readonly id: string;
  readonly isKey: boolean;
}

/**
 * The API keys of a person are counted together, apart from the person: keys are stored where other people can read them, and a
 * leaked key must not use up what its maker's logins need, the call that revokes the key among it.
 */
export const countedFor = (userId: string, by: Pick<NamedCredential, 'kind'> | undefined): CountedFor =>
  by?.kind === 'api-key' ? { id: `keys#${userId}`, isKey: true } : { id: userId, isKey: false };

/** The same for a caller. An address makes many guests, so they count for it where it is known. */
export const countedAs = ({
  address,
  ...principal
}: Pick<Principal, 'userId' | 'credential' | 'address'>): CountedFor =>
  address === undefined
    ? countedFor(principal.userId, namedBy(principal))
    : { id: `guests at ${address}`, isKey: false };

/** The bound of what a person may have `most` of: the keys of a person have half of it. */
export const boundFor = ({ isKey }: Pick<CountedFor, 'isKey'>, most: number): number =>
  isKey ? Math.max(1, Math.floor(most / 2)) : most;
