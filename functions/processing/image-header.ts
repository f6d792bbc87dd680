import type { Metadata } from 'sharp';
import type { PixelSize } from '../domain/media.ts';
import { isSrgb } from './colour-profile.ts';
import { openImage } from './sharp.ts';

/**
 * Pictures above this are not decoded. Measured at 100 MP, peak of the process: baseline JPEG 145 MB, WebP 128, GIF 555,
 * progressive JPEG 709, progressive CMYK 965, interlaced PNG of 16 bits with alpha 973; the function has 1769 MB.
 */
export const MAX_PIXELS = 100_000_000;

/** AVIF is decoded whole, planes and pixels side by side: 18 bytes a pixel, 25 with 12 bits a channel. */
const MAX_AVIF_PIXELS = 40_000_000;

/** The most pixels of a format that are decoded, given the limit for all. */
export const pixelLimit = (format: ImageHeader['format'], maxPixels: number): number =>
  format === 'heif' ? Math.min(maxPixels, MAX_AVIF_PIXELS) : maxPixels;

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
