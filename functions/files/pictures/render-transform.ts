import type { Sharp } from 'sharp';
import type { PixelSize } from '../../domain/media.ts';
import type { CropPosition, ResultFormat, Transform } from '../../domain/transform.ts';
import { decodeUpright, rawPixels } from './decode-upright.ts';
import type { Picture } from './render-image.ts';
import { openPixels, type Pixels } from './sharp.ts';

/** A drawn result. */
export interface TransformedImage extends PixelSize {
  readonly bytes: Buffer;
}

const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 } as const;

/** The name of a place as sharp has it: the horizontal side first. */
const sharpPosition = (place: CropPosition): string => place.split('-').reverse().join(' ');

/**
 * Draws a transform of a verified original: one shrunken decode, then crop, blur and encoding. Nothing is enlarged: a box that
 * the picture cannot fill shrinks in its proportions. Metadata never reaches a result.
 */
export const renderTransform = async (picture: Picture, transform: Transform): Promise<TransformedImage> => {
  const turned = transform.rotate === 90 || transform.rotate === 270;
  const size = 'pixels' in picture ? picture.pixels : picture.header;
  const source = turned ? { width: size.height, height: size.width } : size;
  const target = withinSource(transform, source);
  const decoded = await decode(picture, transform, target, turned);
  const { data, info } = await encode(finish(decoded, transform, target), transform).toBuffer({
    resolveWithObject: true,
  });
  return { bytes: data, width: info.width, height: info.height };
};

type Target = { readonly width: number | null; readonly height: number | null };

/**
 * The requested size, shrunk in its proportions until the source fills it. `contain` may be larger: its margins are not
 * picture.
 */
const withinSource = ({ width, height, fit }: Transform, source: PixelSize): Target => {
  if (fit === 'contain' || (width === null && height === null)) return { width, height };
  if (fit === 'cover' && width !== null && height !== null) {
    const shrink = Math.min(1, source.width / width, source.height / height);
    return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
  }
  return { width: width && Math.min(width, source.width), height: height && Math.min(height, source.height) };
};

/** Decodes to the smallest picture that the result can be cut from: upright, turned, in sRGB, as raw pixels. */
const decode = async (
  picture: Picture,
  { fit, rotate }: Transform,
  target: Target,
  turned: boolean,
): Promise<Pixels> => {
  const [box, other] = turned ? [target.height, target.width] : [target.width, target.height];
  const resize = (image: Sharp): Sharp =>
    box === null && other === null
      ? image
      : image.resize({
          width: box ?? undefined,
          height: other ?? undefined,
          fit: fit === 'cover' ? 'outside' : 'inside',
          withoutEnlargement: true,
        });
  const decoded =
    'pixels' in picture
      ? await rawPixels(resize(openPixels(picture.pixels)))
      : await decodeUpright(picture.bytes, picture.header, resize);
  return rotate === 0 ? decoded : rawPixels(openPixels(decoded).rotate(rotate));
};

const finish = (pixels: Pixels, { fit, position, blur, flatten }: Transform, target: Target): Sharp => {
  const image = openPixels(pixels);
  if (target.width !== null && target.height !== null) {
    const { width, height } = target;
    if (fit === 'contain') margins(image, pixels, { width, height }, flatten);
    else if (fit === 'cover' && typeof position !== 'string')
      image.extract(cropAround(position, pixels, { width, height }));
    else if (fit === 'cover' && typeof position === 'string')
      image.resize({ width, height, fit, position: sharpPosition(position), withoutEnlargement: true });
  }
  if (blur > 0) image.blur(blur);
  return flatten === null ? image : image.flatten({ background: flatten });
};

/** Centres a picture in a box that it does not fill. */
const margins = (image: Sharp, picture: PixelSize, box: PixelSize, colour: string | null): void => {
  const horizontal = box.width - picture.width;
  const vertical = box.height - picture.height;
  const left = Math.floor(horizontal / 2);
  const top = Math.floor(vertical / 2);
  image
    .ensureAlpha()
    .extend({ left, right: horizontal - left, top, bottom: vertical - top, background: colour ?? TRANSPARENT });
};

/** The part of a picture with a focal point as near to its middle as the edges allow. */
const cropAround = (focal: { x: number; y: number }, picture: PixelSize, target: PixelSize) => {
  const width = Math.min(target.width, picture.width);
  const height = Math.min(target.height, picture.height);
  const start = (at: number, whole: number, part: number): number =>
    Math.round(Math.min(Math.max(at * whole - part / 2, 0), whole - part));
  return { left: start(focal.x, picture.width, width), top: start(focal.y, picture.height, height), width, height };
};

/** JPEG has no transparency: what shines through is white unless the request names a colour. */
const encode = (image: Sharp, { format, quality, flatten }: Transform): Sharp => {
  const writers: Record<ResultFormat, () => Sharp> = {
    // Effort 2 is a third of the default's time for a few percent of bytes; a first request waits for it.
    avif: () => image.avif({ quality, effort: 2 }),
    webp: () => image.webp({ quality, effort: 2 }),
    jpeg: () =>
      image.flatten({ background: flatten ?? '#ffffff' }).jpeg({ quality, mozjpeg: false, progressive: true }),
    png: () => image.png({ compressionLevel: 7 }),
  };
  return writers[format]();
};
