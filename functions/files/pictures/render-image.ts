import type { Sharp } from 'sharp';
import { type PixelSize, RENDITION_BOX, type RenditionName } from '../../domain/media.ts';
import type { Rendition } from '../checks/outcome.ts';
import { decodeUpright, rawPixels } from './decode-upright.ts';
import type { ImageHeader } from './image-header.ts';
import { placeholder } from './placeholder.ts';
import { openPixels, type Pixels } from './sharp.ts';

/**
 * How WebP is written, by measurement on 12 MP photos (`bench/subjects/renditions.ts`): for `medium`, effort 4 costs 19 ms more
 * than 0 and saves 6 % of the bytes; at 160 px effort 2 costs nearly nothing and saves 12 %; `large` is made once and
 * served often.
 */
const WEBP = {
  small: { quality: 75, effort: 2 },
  medium: { quality: 75, effort: 0 },
  large: { quality: 78, effort: 2 },
} as const satisfies Record<RenditionName, object>;

/** The size of a picture that is shrunk, never enlarged, to fit in a square box. */
export const fitInside = ({ width, height }: PixelSize, box: number): PixelSize => {
  const shrink = Math.max(1, width / box, height / box);
  return { width: Math.max(1, Math.round(width / shrink)), height: Math.max(1, Math.round(height / shrink)) };
};

const fitted = (image: Sharp, box: number): Sharp =>
  image.resize({ width: box, height: box, fit: 'inside', withoutEnlargement: true });

/** Decodes to fit in a box. JPEG and WebP shrink while they are decoded. */
const decode = (bytes: Buffer, header: ImageHeader, box: number): Promise<Pixels> =>
  decodeUpright(bytes, header, (image) => fitted(image, box));

const shrink = (pixels: Pixels, box: number): Promise<Pixels> => rawPixels(fitted(openPixels(pixels), box));

const encode = async (name: RenditionName, pixels: Pixels): Promise<Rendition> => ({
  name,
  bytes: await openPixels(pixels).webp(WEBP[name]).toBuffer(),
  width: pixels.width,
  height: pixels.height,
});

export interface Thumbnails {
  readonly renditions: readonly [small: Rendition, medium: Rendition];
  /** Base64. */
  readonly thumbhash: string;
  readonly dominantColor: string | null;
}

/** A picture to draw from: an encoded file that sharp opens, with its header, or pixels. */
export type Picture = { readonly bytes: Buffer; readonly header: ImageHeader } | { readonly pixels: Pixels };

const shrinkTo = (picture: Picture, box: number): Promise<Pixels> =>
  'pixels' in picture ? shrink(picture.pixels, box) : decode(picture.bytes, picture.header, box);

/**
 * Makes `small`, `medium` and the placeholder from one decode to the size of `medium`.
 *
 * Throws the decoder's error when the picture is damaged.
 */
export const renderThumbnails = async (picture: Picture): Promise<Thumbnails> => {
  const medium = await shrinkTo(picture, RENDITION_BOX.medium);
  const small = await shrink(medium, RENDITION_BOX.small);
  const renditions = await Promise.all([encode('small', small), encode('medium', medium)] as const);
  return { renditions, ...placeholder(small) };
};

/**
 * Makes one rendition of a file that was verified before: `large`, which is wanted too seldom to be made for every upload,
 * or another one whose object was lost.
 */
export const renderOne = async (picture: Picture, name: RenditionName): Promise<Rendition> =>
  encode(name, await shrinkTo(picture, RENDITION_BOX[name]));
