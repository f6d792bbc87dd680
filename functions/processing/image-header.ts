import type { Metadata } from 'sharp';
import type { PixelSize } from '../domain/media.ts';
import { isSrgb } from './colour-profile.ts';
import { openImage } from './sharp.ts';

/**
 * Pictures above this are not decoded. What a decoder needs grows with the pixels; one picture of this size at a time
 * stays under the function's 1769 MB in the worst format.
 */
export const MAX_PIXELS = 100_000_000;

/** What a picture's header says. `width` and `height` are those that a person sees. */
export interface ImageHeader extends PixelSize {
  readonly format: Metadata['format'];
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  readonly frames: number;
  /** More than 8 bits a channel. */
  readonly deep: boolean;
  /** The colours of the picture: sRGB (or none named), or such as an embedded profile says. */
  readonly colours: 'srgb' | 'profile';
}

/** Reads a picture's header and decodes no pixel; undefined when no decoder knows it. */
export const readHeader = async (bytes: Buffer): Promise<ImageHeader | undefined> => {
  const header = await openImage(bytes, { maxPixels: false })
    .metadata()
    .catch(() => undefined);
  return (
    header && {
      ...header.autoOrient,
      format: header.format,
      orientation: header.orientation ?? 1,
      frames: header.pages ?? 1,
      deep: header.space === 'rgb16',
      colours: header.icc && !isSrgb(header.icc) ? 'profile' : 'srgb',
    }
  );
};
