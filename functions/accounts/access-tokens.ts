import type { Clock } from '../domain/ports.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The claims of an access token: person, team and login. */
export interface AccessClaims {
  readonly userId: string;
  readonly teamId: string;
  readonly sessionId: string;
}

/** The claims of a token that is good until `expiresAt`, in milliseconds since the epoch. */
export interface VerifiedClaims extends AccessClaims {
  readonly expiresAt: number;
}

export const ACCESS_TOKEN_SECONDS = 900;
const KIND = { audience: 'mediashelf', type: 'at+jwt', claims: ['team', 'sid'] } as const;

/** Access tokens: the short-lived half of a login. */
export const accessTokens = (issuer: string, keys: SigningKeys, clock: Clock) => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    sign: ({ userId, teamId, sessionId }: AccessClaims, seconds = ACCESS_TOKEN_SECONDS): Promise<string> =>
      tokens.sign({ subject: userId, claims: { team: teamId, sid: sessionId } }, seconds),

    verify: async (token: string): Promise<VerifiedClaims> => {
      const { subject, claims, expiresAt } = await tokens.verify(token);
      return { userId: subject, teamId: String(claims.team), sessionId: String(claims.sid), expiresAt };
    },
  };
};

export type AccessTokens = ReturnType<typeof accessTokens>;
