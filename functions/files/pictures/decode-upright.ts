import type { Sharp } from 'sharp';
import type { ImageHeader } from './image-header.ts';
import { openImage, type Pixels } from './sharp.ts';
import { toSrgb } from './tone-map.ts';

/** The result of a pipeline, as pixels. */
export const rawPixels = async (image: Sharp): Promise<Pixels> => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] };
};

/**
 * Decodes a picture through `resize`, with its orientation applied and its colours turned into sRGB. Raw pixels carry no EXIF,
 * XMP or profile, so nothing of that can reach a result.
 */
export const decodeUpright = async (
  bytes: Buffer,
  header: ImageHeader,
  resize: (image: Sharp) => Sharp,
): Promise<Pixels> => {
  const { deep, colours, coded, width, height } = header;
  // Converting sRGB to sRGB would cost a sixth of the whole: it happens before the picture has its final size.
  const image = openImage(bytes, { maxPixels: width * height, ignoreIcc: colours === 'srgb' }).autoOrient();
  if (coded) return decodeCoded(resize(image), header, coded);
  // By default, sharp converts deep pictures with a profile to Display P3.
  if (deep && colours === 'profile') image.withIccProfile('srgb', { attach: false });
  return rawPixels(resize(image));
};

const decodeCoded = async (
  image: Sharp,
  { bits }: ImageHeader,
  coded: NonNullable<ImageHeader['coded']>,
): Promise<Pixels> => {
  const { data, info } = await image
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const channels = info.channels === 4 ? 4 : 3;
  // Fewer bits are at the upper end of 16.
  const srgb = toSrgb({ data: values, channels, max: 65_536 - 2 ** (16 - Math.min(16, bits)) }, coded);
  return {
    data: Buffer.from(srgb.buffer, srgb.byteOffset, srgb.length),
    width: info.width,
    height: info.height,
    channels,
  };
};
