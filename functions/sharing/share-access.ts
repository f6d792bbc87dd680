import { signedTokens } from '../accounts/signed-tokens.ts';
import type { SigningKeys } from '../accounts/signing-keys.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';

const KIND = { audience: 'mediashelf/share-links', type: 'share+jwt', claims: [] } as const;
/** A visitor who looks for longer opens the link again. */
const ACCESS_SECONDS = 12 * 3600;

/**
 * Tokens of visitors who have opened a link, with its password where it has one: later calls need no password, and no token of
 * the link. They open nothing by themselves: each call reads the link anew.
 */
export const shareAccess = (issuer: string, keys: SigningKeys, clock: Clock) => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    /** An access to the link with this hash. */
    sign: (hash: string): Promise<string> => tokens.sign({ subject: hash, claims: {} }, ACCESS_SECONDS),
    /** The hash of the link; undefined for a token that is none, or is over. */
    open: async (access: string): Promise<string | undefined> => {
      try {
        return (await tokens.verify(access)).subject;
      } catch (error) {
        if (error instanceof MediaError && error.code === 'UNAUTHORIZED') return undefined;
        throw error;
      }
    },
  };
};

export type ShareAccess = ReturnType<typeof shareAccess>;
