import type { Clock } from '../domain/ports.ts';
import type { NamedCredential, Principal } from '../domain/principal.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The claims of an upload token: person, team, and the login or key that requested it. */
export interface UploadClaims extends Pick<Principal, 'userId' | 'teamId'> {
  readonly by: NamedCredential;
}

/** Long enough for a file on a slow line: an uploader gets the address once. */
export const UPLOAD_TOKEN_SECONDS = 6 * 3600;
const KIND = { audience: 'mediashelf/uploads', type: 'upload+jwt', claims: ['team', 'by', 'cid'] } as const;

/** Upload tokens: part of the path of requests that cannot send a header, valid only for uploads. */
export const uploadTokens = (issuer: string, keys: SigningKeys, clock: Clock) => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    sign: ({ userId, teamId, by }: UploadClaims): Promise<string> =>
      tokens.sign({ subject: userId, claims: { team: teamId, by: by.kind, cid: by.id } }, UPLOAD_TOKEN_SECONDS),

    verify: async (token: string): Promise<UploadClaims> => {
      const { subject, claims } = await tokens.verify(token);
      const kind = claims.by === 'api-key' ? 'api-key' : 'login';
      return { userId: subject, teamId: String(claims.team), by: { kind, id: String(claims.cid) } };
    },
  };
};

export type UploadTokens = ReturnType<typeof uploadTokens>;
