import { UPLOAD_TOKEN_SECONDS, type UploadTokens } from '../../accounts/upload-tokens.ts';
import type { Call } from '../../domain/call.ts';
import type { Clock } from '../../domain/ports.ts';
import { namedBy } from '../../domain/principal.ts';

export interface IssuedUploadToken {
  readonly token: string;
  readonly expiresAt: string;
}

/**
 * The upload session of an S3 key and upload id, which is all that Uppy knows. Both come from the client: they must be those of
 * a session of the caller's team, or there is no such upload.
 */
export const createUploadToken =
  ({ tokens, clock }: { tokens: Pick<UploadTokens, 'sign'>; clock: Clock }) =>
  async ({ principal }: Call<undefined>): Promise<IssuedUploadToken> => {
    const { userId, teamId } = principal;
    const token = await tokens.sign({ userId, teamId, by: namedBy(principal) });
    return { token, expiresAt: new Date(clock().getTime() + UPLOAD_TOKEN_SECONDS * 1000).toISOString() };
  };
