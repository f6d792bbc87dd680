import { UPLOAD_TOKEN_SECONDS, type UploadTokens } from '../../accounts/upload-tokens.ts';
import type { Call } from '../../domain/call.ts';
import type { Clock } from '../../domain/ports.ts';
import { namedBy } from '../../domain/principal.ts';

export interface IssuedUploadToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Signs a token with which an uploader in a page may bring files into the caller's team. */
export const createUploadToken =
  ({ tokens, clock }: { tokens: Pick<UploadTokens, 'sign'>; clock: Clock }) =>
  async ({ principal }: Call<undefined>): Promise<IssuedUploadToken> => {
    const { userId, teamId } = principal;
    const token = await tokens.sign({ userId, teamId, by: namedBy(principal) });
    return { token, expiresAt: new Date(clock().getTime() + UPLOAD_TOKEN_SECONDS * 1000).toISOString() };
  };
