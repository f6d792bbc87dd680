import type { SignPreview } from '../accounts/preview-tokens.ts';
import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { MediaRecord, PixelSize } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import { type PreviewVariant, previewQuery } from '../domain/preview.ts';
import { isTransformed } from './drawn-content.ts';
import { findMedia } from './find-media.ts';

export interface PreviewMedia extends PreviewVariant {
  readonly id: string;
}

/** The address of a small picture of a file: its stable address with this query. */
export interface Preview extends PixelSize {
  readonly record: MediaRecord;
  readonly query: string;
}

/**
 * Answers the address of a file's preview; the picture exists already, or is drawn on its first request. The address of a
 * public or shared file stays valid; that of a private file has a token, and is valid for four minutes without credentials. So
 * is that of pictures that the stable address does not offer: a document or a sound in another format.
 */
export const previewMedia =
  ({ media, sign }: { media: Pick<MediaStore, 'get'>; sign: SignPreview }) =>
  async ({ input, principal }: Call<PreviewMedia>): Promise<Preview> => {
    const { id, ...variant } = input;
    const record = await findMedia(media, principal, id);
    const pixels = record.renditions[variant.size];
    const { fileVersion } = record;
    if (!pixels || fileVersion === null) {
      throw new MediaError('TYPE_NOT_ALLOWED', `There is no such preview of files of type ${record.mimeType}`);
    }
    const { width, height } = pixels;
    const isOpen = record.visibility !== 'private' && (variant.format === undefined || isTransformed(record));
    const query = isOpen
      ? previewQuery(variant)
      : `preview=${await sign({ mediaId: record.id, fileVersion, ...variant })}`;
    return { record, query, width, height };
  };
