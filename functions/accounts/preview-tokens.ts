import { MediaError } from '../domain/errors.ts';
import { RENDITION_NAMES } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import type { PreviewVariant } from '../domain/preview.ts';
import { RESULT_FORMATS } from '../domain/transform.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What a preview token opens: one picture of one version of a file. */
export interface PreviewClaims extends PreviewVariant {
  readonly mediaId: string;
  readonly fileVersion: string;
}

/** Answers what a token opens, and until when in milliseconds since the epoch; undefined for one that opens nothing (any more). */
export type OpenPreview = (token: string) => Promise<(PreviewClaims & { readonly expiresAt: number }) | undefined>;
export type SignPreview = (claims: PreviewClaims) => Promise<string>;

/** As long as any signed address opens: an `<img>` sends no header, so its address says who may see the picture. */
export const PREVIEW_SECONDS = 300;
const KIND = { audience: 'mediashelf/previews', type: 'preview+jwt', claims: ['version', 'size', 'format'] } as const;
/** Stands for the format of the stored rendition. */
const STORED = 'stored';

/** Preview tokens: they stand in the address of a picture, and open that picture and nothing else. */
export const previewTokens = (
  issuer: string,
  keys: SigningKeys,
  clock: Clock,
): { readonly sign: SignPreview; readonly open: OpenPreview } => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    sign: ({ mediaId, fileVersion, size, format = STORED }) =>
      tokens.sign({ subject: mediaId, claims: { version: fileVersion, size, format } }, PREVIEW_SECONDS),

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
