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

/** Where a small picture of a file is to be had: its stable address with this query. */
export interface Preview extends PixelSize {
  readonly record: MediaRecord;
  readonly query: string;
}

/**
 * Says where the preview of a file is; the picture itself is there already, or drawn on its first request. An address that
 * opens to all stays good; that of a private file carries a token, and opens for five minutes to a client that sends no
 * credentials. So does what the stable address shows in no other way: a document or a sound in a format of its own.
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
