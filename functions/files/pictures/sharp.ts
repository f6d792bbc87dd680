/**
 * The one module that loads sharp, and the formats it may open.
 *
 * Import rule: no other module in `functions/` imports sharp but for its types, so that no caller can miss the hardening.
 */
import { createRequire } from 'node:module';
import type { Metadata, Sharp, SharpConstructor, SharpOptions } from 'sharp';
import type { PixelSize } from '../../domain/media.ts';
import { promisedWork } from './work/promised-work.ts';

/**
 * The decoders that the accepted picture types need. libvips finds the decoder by content, and some that it ships (SVG,
 * PDF, its own format, raw matrices) read other files, run for hours or were never meant for strangers' bytes.
 */
const DECODERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((format) => [
  `VipsForeignLoad${format}Buffer`,
  `VipsForeignLoad${format}File`,
]);

/** A picture that is still decoding after this time was made to do so. */
const DECODE_SECONDS = 60;

const harden = (sharp: SharpConstructor): SharpConstructor => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: DECODERS });
  // Caches of one untrusted file do not help the next, and a warm function must not grow by them.
  sharp.cache(false);
  // Pictures are processed concurrently: one thread each wastes less than two threads that wait for each other.
  sharp.concurrency(1);
  return sharp;
};

let hardened: SharpConstructor | undefined;

/**
 * Sharp with every decoder blocked but those of JPEG, PNG, WebP, GIF and AVIF.
 *
 * It is loaded on first use and by `require`: on Lambda the binary is in a layer, which `import` does not search.
 */
export const loadSharp = (): SharpConstructor => {
  hardened ??= harden(createRequire(import.meta.url)('sharp') as SharpConstructor);
  return hardened;
};

export interface OpenOptions {
  /** Refuses larger pictures; false where only the header is read. */
  readonly maxPixels: number | false;
  /** Interprets the colours as sRGB, ignoring any embedded profile. */
  readonly ignoreIcc?: boolean;
}

/**
 * Opens the first frame of a file's bytes; nothing is decoded yet. Throws `WorkLimitError` for a picture with too much work: it
 * is counted here, so that no path to a decoder avoids it, also for files that were accepted earlier.
 *
 * `failOn: 'error'` refuses truncated or damaged data but accepts harmless oddities (stray bytes between markers), which
 * cameras do write. A JPEG without its end marker gets one, and then any oddity refuses it: the decoder treats data missing at
 * the cut as no more than an oddity.
 */
export const openImage = (bytes: Buffer, { maxPixels, ignoreIcc = false }: OpenOptions): Sharp => {
  const { openEnd } = promisedWork(bytes);
  return loadSharp()(decodable(bytes, openEnd), {
    failOn: openEnd === undefined ? 'error' : 'warning',
    limitInputPixels: maxPixels,
    ignoreIcc,
    sequentialRead: true,
    pages: 1,
  } satisfies SharpOptions).timeout({ seconds: DECODE_SECONDS });
};

const END_OF_JPEG = Buffer.from('ffd9', 'hex');

/** The bytes as the decoder takes them; they are copied only where something has to change. */
const decodable = (bytes: Buffer, openEnd: number | undefined): Buffer => {
  if (openEnd !== undefined) return Buffer.concat([bytes.subarray(0, openEnd), END_OF_JPEG]);
  if (bytes.toString('latin1', 4, 12) !== 'ftypavis') return bytes;
  // An animation of AVIF has its first frame as a separate picture, for which the decoder looks only under this brand.
  const still = Buffer.from(bytes);
  still.write('avif', 8, 'latin1');
  return still;
};

/** The decoder's reading of a header; undefined if no decoder knows it, or it has too much work. */
export const readImageMetadata = async (bytes: Buffer): Promise<Metadata | undefined> => {
  try {
    return await openImage(bytes, { maxPixels: false }).metadata();
  } catch {
    return undefined;
  }
};

/** Decoded picture: rows from the top, 8 bits a channel, sRGB. One or two channels are grey, the last of 2 and 4 is alpha. */
export interface Pixels extends PixelSize {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Sharp over pixels that were decoded before. */
export const openPixels = ({ data, width, height, channels }: Pixels): Sharp =>
  loadSharp()(data, { raw: { width, height, channels } });

/** A line of text as a picture is drawn of it. Sizes in pixels. */
export interface TextStyle {
  readonly fontFile: string;
  readonly fontSize: number;
  /** `#rrggbb` */
  readonly colour: string;
  /** Lines are broken to fit; without it they are not. */
  readonly width?: number;
}

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Sets text with a font of ours, so that no font of the system is needed. The text is data: its markup is shown literally. */
export const drawText = async (
  text: string,
  { fontFile, fontSize, colour, width }: TextStyle,
): Promise<{ readonly data: Buffer } & PixelSize> => {
  const { data, info } = await loadSharp()({
    text: {
      text: `<span foreground="${colour}">${escapeMarkup(text)}</span>`,
      font: `DejaVu Sans ${fontSize}`,
      fontfile: fontFile,
      ...(width === undefined ? {} : { width }),
      wrap: 'word-char',
      spacing: Math.round(fontSize / 3),
      rgba: true,
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};
