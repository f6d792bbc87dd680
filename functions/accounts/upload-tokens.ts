import type { Clock } from '../domain/ports.ts';
import type { NamedCredential, Principal } from '../domain/principal.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What an upload token says: who may upload, to which team, by which login or key it was asked for. */
export interface UploadClaims extends Pick<Principal, 'userId' | 'teamId'> {
  readonly by: NamedCredential;
}

/** Long enough for the file of a slow line: it stands in an address that an uploader is given once. */
export const UPLOAD_TOKEN_SECONDS = 6 * 3600;
const KIND = { audience: 'mediashelf/uploads', type: 'upload+jwt', claims: ['team', 'by', 'cid'] } as const;

/** Upload tokens: they stand in the path of requests that can carry no header, and open the way in and nothing else. */
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
