import { SIGNED_READ_SECONDS } from '../domain/ends-of-access.ts';
import { MediaError } from '../domain/errors.ts';
import { RENDITION_NAMES } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import type { PreviewVariant } from '../domain/preview.ts';
import { RESULT_FORMATS } from '../domain/transform.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The claims of a preview token: one picture of one version of a file. */
export interface PreviewClaims extends PreviewVariant {
  readonly mediaId: string;
  readonly fileVersion: string;
}

/** Answers the picture of a token, and its expiry in milliseconds since the epoch; undefined for an invalid or expired token. */
export type OpenPreview = (token: string) => Promise<(PreviewClaims & { readonly expiresAt: number }) | undefined>;
export type SignPreview = (claims: PreviewClaims) => Promise<string>;

const KIND = { audience: 'mediashelf/previews', type: 'preview+jwt', claims: ['version', 'size', 'format'] } as const;
/** Means the format of the stored rendition. */
const STORED = 'stored';

/** Preview tokens: part of the address of a picture, valid only for that picture, since an `<img>` sends no header. */
export const previewTokens = (
  issuer: string,
  keys: SigningKeys,
  clock: Clock,
): { readonly sign: SignPreview; readonly open: OpenPreview } => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    sign: ({ mediaId, fileVersion, size, format = STORED }) =>
      tokens.sign({ subject: mediaId, claims: { version: fileVersion, size, format } }, SIGNED_READ_SECONDS),

    open: async (token) => {
      try {
        const { subject, claims, expiresAt } = await tokens.verify(token);
        const size = RENDITION_NAMES.find((name) => name === claims.size);
        const format = RESULT_FORMATS.find((name) => name === claims.format);
        if (!size || (!format && claims.format !== STORED)) return undefined;
        return { mediaId: subject, fileVersion: String(claims.version), size, format, expiresAt };
      } catch (error) {
        if (error instanceof MediaError && error.code === 'UNAUTHORIZED') return undefined;
        throw error;
      }
    },
  };
};
