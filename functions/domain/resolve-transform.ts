import { mediaRanges, welcome } from './accept.ts';
import type { PixelSize } from './media.ts';
import { LONGEST_SIDE, RESULT_FORMATS, type ResultFormat, type Transform, type TransformRequest } from './transform.ts';

/**
 * Widths and heights for callers outside of the record's team, so that no caller fills the bucket with one result for each
 * pixel. Quality, blur and colours have steps for them as well.
 */
export const SIZE_LADDER = [
  32, 64, 96, 128, 160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560, 3200, 4096,
] as const;
const QUALITY_LADDER = [40, 60, 75, 90] as const;
const BLUR_LADDER = [1, 3, 10, 30, 100] as const;
const COLOUR_STEP = 0x55;

const rung = (ladder: readonly number[], value: number): number =>
  ladder.find((step) => step >= value) ?? ladder.at(-1) ?? value;

const paletteColour = (colour: string): string =>
  `#${[1, 3, 5]
    .map((at) => Math.round(Number.parseInt(colour.slice(at, at + 2), 16) / COLOUR_STEP) * COLOUR_STEP)
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('')}`;

/** The fields of a record that affect the transforms of its picture. */
export interface Subject {
  readonly focalX: number | null;
  readonly focalY: number | null;
  /** Pixels in display orientation; null for content that is drawn at any size, such as a page. */
  readonly size: PixelSize | null;
  /** The picture is opaque. */
  readonly isOpaque: boolean;
}

export interface Asker {
  /** Members may have any size; other callers get the next step of the ladders. Guests count as others. */
  readonly isMember: boolean;
  readonly accept: string | undefined;
}

const DEFAULT_QUALITY: Readonly<Record<ResultFormat, number>> = { avif: 50, webp: 78, jpeg: 80, png: 100 };

/**
 * The transform that a request means for this picture and this caller. Parameters without effect on the result are dropped, so
 * that requests for the same picture share one: enlarging, the position of a crop that cuts nothing off, a background colour
 * behind an opaque picture.
 */
export const resolveTransform = (
  request: TransformRequest,
  subject: Subject,
  { isMember, accept }: Asker,
): Transform => {
  const snap = (ladder: readonly number[], value: number): number => (isMember ? value : rung(ladder, value));
  const asked = (length: number | undefined): number | null =>
    length === undefined ? null : Math.min(LONGEST_SIDE, Math.round(length * (request.dpr ?? 1)) || 1);
  const step = (side: number | null): number | null => (side === null ? null : snap(SIZE_LADDER, side));
  const rotate = (request.rotate ?? 0) as Transform['rotate'];
  const source = turned(subject.size, rotate);
  const exact = boxOf({ width: asked(request.w), height: asked(request.h), fit: request.fit ?? 'cover' }, source);
  // Steps apply only to the remaining parameters, so they add no crop to a picture that needs none.
  const box = boxOf({ width: step(exact.width), height: step(exact.height), fit: exact.fit }, source);
  const format = request.format ?? negotiated(accept, subject.isOpaque || request.flatten !== undefined);
  return {
    ...box,
    position: box.fit === 'cover' ? (request.position ?? focalPoint(subject)) : 'centre',
    format,
    quality: qualityOf(request.q, format, (quality) => snap(QUALITY_LADDER, quality)),
    blur: request.blur === undefined ? 0 : snap(BLUR_LADDER, request.blur),
    rotate,
    flatten: background(request.flatten, { format, isMember, hides: subject.isOpaque && box.fit !== 'contain' }),
    page: request.page ?? 1,
  };
};

const qualityOf = (asked: number | undefined, format: ResultFormat, step: (quality: number) => number): number => {
  const usual = DEFAULT_QUALITY[format];
  return format === 'png' || asked === undefined || asked === usual ? usual : step(asked);
};

type Box = Pick<Transform, 'width' | 'height' | 'fit'>;

const turned = (size: PixelSize | null, rotate: Transform['rotate']): PixelSize | null =>
  size && (rotate === 90 || rotate === 270) ? { width: size.height, height: size.width } : size;

/** The smallest box with the same result: a picture without a crop has one side, a picture that is not shrunk has none. */
const boxOf = ({ width, height, fit }: Box, source: PixelSize | null): Box => {
  if (width === null || height === null)
    return source ? inside({ width, height }, source) : { width, height, fit: 'inside' };
  if (!source) return { width, height, fit };
  if (fit === 'inside') return inside({ width, height }, source);
  const shrink = fit === 'cover' ? Math.min(1, source.width / width, source.height / height) : 1;
  const target = {
    width: Math.max(1, Math.round(width * shrink)),
    height: Math.max(1, Math.round(height * shrink)),
  };
  return filled({ ...target, fit }, source) ?? { ...target, fit };
};

/**
 * The side of a box that determines the scale, if the other side follows from it and nothing is cut off or added. Null for any
 * other box, and if rounding could add a row of pixels.
 */
const filled = ({ width, height, fit }: PixelSize & Pick<Box, 'fit'>, source: PixelSize): Box | null => {
  const [byWidth, byHeight] = [width / source.width, height / source.height];
  const isByWidth = fit === 'cover' ? byWidth >= byHeight : byWidth <= byHeight;
  const scale = isByWidth ? byWidth : byHeight;
  const off = isByWidth ? source.height * scale - height : source.width * scale - width;
  if (scale > 1 || Math.abs(off) > SAFE_ROUNDING) return null;
  return inside(isByWidth ? { width, height: null } : { width: null, height }, source);
};

/** Fraction of a pixel: sizes nearer to a whole number are rounded alike by every decoder that shrinks while it reads. */
const SAFE_ROUNDING = 0.25;

/** Of two sides, the one that the picture meets first decides. */
const inside = ({ width, height }: Omit<Box, 'fit'>, source: PixelSize): Box => {
  const byWidth = width !== null && (height === null || width / source.width <= height / source.height);
  const isWhole = byWidth ? width >= source.width : height === null || height >= source.height;
  return {
    width: byWidth && !isWhole ? width : null,
    height: byWidth || isWhole ? null : height,
    fit: 'inside',
  };
};

const WHITE = '#ffffff';

/** JPEG has a white background by default. */
const background = (
  colour: string | undefined,
  { format, isMember, hides }: { format: ResultFormat; isMember: boolean; hides: boolean },
): string | null => {
  if (colour === undefined || hides) return null;
  const drawn = isMember ? colour : paletteColour(colour);
  return format === 'jpeg' && drawn === WHITE ? null : drawn;
};

const focalPoint = ({ focalX, focalY }: Subject): Transform['position'] =>
  focalX === null && focalY === null ? 'centre' : { x: focalX ?? 0.5, y: focalY ?? 0.5 };

/** Formats that every client shows without naming them: `*` matches only these. */
const SHOWN_BY_ALL: ReadonlySet<ResultFormat> = new Set(['jpeg', 'png']);

const WHERE_NOTHING_FITS = ['png', 'webp', 'jpeg'] as const satisfies readonly ResultFormat[];

/**
 * The format with the highest weight in an `Accept` header; of equals, the one that compresses best. JPEG has no transparency,
 * so a picture that is not opaque becomes a JPEG only for a client that accepts nothing else.
 */
export const negotiated = (accept: string | undefined, isOpaque: boolean): ResultFormat => {
  const ranges = mediaRanges(accept);
  const welcomed = RESULT_FORMATS.map((format) => ({ format, ...welcome(ranges, `image/${format}`) }))
    .filter(({ format, weight, named }) => weight > 0 && (named || SHOWN_BY_ALL.has(format)))
    .toSorted((one, other) => other.weight - one.weight);
  const best = welcomed.find(({ format }) => isOpaque || format !== 'jpeg');
  const otherwise = () => WHERE_NOTHING_FITS.find((format) => welcome(ranges, `image/${format}`).weight > 0);
  return best?.format ?? otherwise() ?? (isOpaque ? 'jpeg' : 'png');
};

const onLadder = (side: number | null): boolean => side === null || (SIZE_LADDER as readonly number[]).includes(side);

/**
 * Whether a result is one of the few that every caller may have at any time: the whole picture, unchanged, at a step of the
 * ladder. Of each format there is one for each width, one for each height and the one that is not shrunk; of pages and frames,
 * which have no size of their own, one for each square box as well.
 */
export const isPlain = ({ width, height, fit, format, quality, blur, rotate, flatten, page }: Transform): boolean =>
  fit === 'inside' &&
  onLadder(width) &&
  onLadder(height) &&
  (width === null || height === null || width === height) &&
  quality === DEFAULT_QUALITY[format] &&
  blur === 0 &&
  rotate === 0 &&
  flatten === null &&
  page === 1;

/** The most results of one file that are plain. */
export const MOST_PLAIN = RESULT_FORMATS.length * (3 * SIZE_LADDER.length + 1);
