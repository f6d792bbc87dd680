import { MediaError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/media.ts';
import { bufferSource } from '../../shared/byte-source.ts';
import { type ImageHeader, MAX_PIXELS, pixelLimit, readHeader } from '../pictures/image-header.ts';
import type { Picture } from '../pictures/render-image.ts';
import { bufferOf, type DrawPreview, drawPreview } from './draw-preview.ts';
import { type IsolationLimits, isolate } from './isolate.ts';

/** No picture of a verified file can be drawn; it was verified as another type, or under other limits. */
class UndrawableError extends Error {
  override readonly name = 'UndrawableError';
}

/**
 * Opens a verified picture for drawing. HEIC, which sharp does not decode, is decoded apart.
 *
 * Throws `SandboxEndedError` when a HEIC decoder had to be ended, another error when it cannot read the file.
 */
export const openImageFile = async (
  bytes: Buffer,
  header: ImageHeader,
  limits?: Partial<IsolationLimits>,
): Promise<Picture> => {
  if (!header.hevc) return { bytes, header };
  const { displayP3, coded } = header;
  const job = { maker: 'heic', mimeType: 'image/heic', box: 0, page: 1, displayP3, coded } as const;
  const made = await isolate(job, bufferSource(bytes), limits);
  if (made.kind !== 'picture') throw new UndrawableError('The picture cannot be decoded');
  return { pixels: { ...made.picture, data: bufferOf(made.picture.data) } };
};

/** Opens a verified original of any kind for drawing: a file that is no picture gets a preview first. */
export const openPicture = async (wanted: DrawPreview): Promise<Picture> => {
  const { source, mimeType } = wanted;
  if (kindOf(mimeType) !== 'image') return { pixels: await drawPreview(wanted) };
  const bytes = bufferOf(await source.read(0, source.size));
  const header = await readHeader(bytes);
  if (!header || header.width * header.height > pixelLimit(header, MAX_PIXELS)) {
    throw new MediaError('CONTENT_UNAVAILABLE', 'The picture cannot be drawn');
  }
  return openImageFile(bytes, header);
};
