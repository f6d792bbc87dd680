import type { Metadata } from 'sharp';
import type { PixelSize } from '../../domain/media.ts';
import { type CodedColours, heifColours } from '../formats/coded-colours.ts';
import { isDisplayP3, isSrgb } from './colour-profile.ts';
import { readImageMetadata } from './sharp.ts';

/**
 * Pictures above this are not decoded. Measured at 100 MP, peak of the process: baseline JPEG 145 MB, WebP 128, GIF 555,
 * progressive JPEG 709, progressive CMYK 965, interlaced PNG of 16 bits with alpha 973; the function has 1769 MB.
 */
export const MAX_PIXELS = 100_000_000;

/** AVIF is decoded whole, planes and pixels side by side: 18 bytes a pixel, 25 with 12 bits a channel. */
const MAX_AVIF_PIXELS = 40_000_000;

/** HEIC is decoded whole as well, apart from sharp: 48 megapixels are what telephones take. */
const MAX_HEIC_PIXELS = 50_000_000;

/** The most pixels of a format that are decoded, given the limit for all. */
export const pixelLimit = ({ format, hevc }: Pick<ImageHeader, 'format' | 'hevc'>, maxPixels: number): number => {
  if (format !== 'heif') return maxPixels;
  return Math.min(maxPixels, hevc ? MAX_HEIC_PIXELS : MAX_AVIF_PIXELS);
};

/** The header of a picture. `width` and `height` are in display orientation. */
export interface ImageHeader extends PixelSize {
  readonly format: Metadata['format'];
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  readonly frames: number;
  /** More than 8 bits a channel. */
  readonly deep: boolean;
  /** The colours of the picture: sRGB (or none named), or those of an embedded profile. */
  readonly colours: 'srgb' | 'profile';
  /** Colours that the container names and no decoder turns into sRGB: HDR, and wider primaries without a profile. */
  readonly coded?: CodedColours | undefined;
  /** Bits a channel. */
  readonly bits: number;
  /** The embedded profile is that of Display P3. */
  readonly displayP3: boolean;
  /** HEIC: sharp reads the header, but has no decoder for the pixels. */
  readonly hevc: boolean;
}

/** Reads a picture's header and decodes no pixel; undefined when no decoder knows it. */
export const readHeader = async (bytes: Buffer): Promise<ImageHeader | undefined> => {
  const header = await readImageMetadata(bytes);
  return (
    header && {
      ...header.autoOrient,
      format: header.format,
      orientation: header.orientation ?? 1,
      frames: header.pages ?? 1,
      deep: header.space === 'rgb16',
      colours: header.icc && !isSrgb(header.icc) ? 'profile' : 'srgb',
      displayP3: header.icc !== undefined && isDisplayP3(header.icc),
      hevc: header.compression === 'hevc',
      bits: header.bitsPerSample ?? (header.depth === 'ushort' ? 16 : 8),
      coded: header.format === 'heif' && !header.icc ? heifColours(bytes) : undefined,
    }
  );
};
