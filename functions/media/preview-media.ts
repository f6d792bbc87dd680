import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import { type MediaRecord, type PixelSize, RENDITION_BOX, type RenditionName } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { ResultFormat } from '../domain/transform.ts';
import { findMedia } from './find-media.ts';

export interface PreviewMedia {
  readonly id: string;
  readonly size: RenditionName;
  /** A format of one's own choice; without it the stored rendition is meant. */
  readonly format?: ResultFormat | undefined;
}

/** Where a small picture of a file is to be had: its stable address with this query. */
export interface Preview extends PixelSize {
  readonly record: MediaRecord;
  readonly query: string;
}

/** Says where the preview of a file is; the picture itself is there already, or drawn when somebody first asks for it. */
export const previewMedia =
  ({ media }: { media: Pick<MediaStore, 'get'> }) =>
  async ({ input, principal }: Call<PreviewMedia>): Promise<Preview> => {
    const record = await findMedia(media, principal, input.id);
    const { size, format } = input;
    const pixels = record.renditions[size];
    if (!pixels || (format !== undefined && record.kind !== 'image')) {
      throw new MediaError('TYPE_NOT_ALLOWED', `There is no such preview of files of type ${record.mimeType}`);
    }
    const box = RENDITION_BOX[size];
    const query = format === undefined ? `rendition=${size}` : `w=${box}&h=${box}&fit=inside&format=${format}`;
    return { record, query, width: pixels.width, height: pixels.height };
  };
