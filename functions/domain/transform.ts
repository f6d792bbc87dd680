/**
 * Transforms of a picture, as its address asks for them: `?w=400&h=300&fit=cover&position=attention&format=webp&q=80`.
 *
 * Each parameter has one parser in the table below. What a parser does not know is refused, not guessed.
 */
export const FITS = ['cover', 'contain', 'inside'] as const;
export type Fit = (typeof FITS)[number];

export const PLACES = [
  ...['centre', 'top', 'right', 'bottom', 'left'],
  ...['top-left', 'top-right', 'bottom-left', 'bottom-right'],
  ...['attention', 'entropy'],
] as const;
export type Place =
  | 'centre'
  | 'attention'
  | 'entropy'
  | `${'top' | 'bottom'}${'' | '-left' | '-right'}`
  | 'left'
  | 'right';

/** Formats that a result may have, best compression first: the order in which `Accept` is asked for them. */
export const RESULT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

export interface TransformRequest {
  readonly w?: number;
  readonly h?: number;
  readonly fit?: Fit;
  readonly position?: Place;
  readonly format?: ResultFormat;
  readonly q?: number;
  readonly dpr?: number;
  readonly blur?: number;
  readonly rotate?: number;
  /** `#rrggbb` */
  readonly flatten?: string;
  /** Of a document, from 1. */
  readonly page?: number;
}

/** A transform with nothing left open. Two requests that mean the same picture have the same one. */
export interface Transform {
  readonly width: number | null;
  readonly height: number | null;
  readonly fit: Fit;
  /** Fractions of width and height for a focal point. */
  readonly position: Place | { readonly x: number; readonly y: number };
  readonly format: ResultFormat;
  readonly quality: number;
  readonly blur: number;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly flatten: string | null;
  readonly page: number;
}

/** No document has more pages that anybody looks at. */
const LAST_PAGE = 9999;

/** The longest side of a result in pixels. */
export const LONGEST_SIDE = 4096;

type Parser<T> = (text: string) => T | undefined;

const number =
  (least: number, most: number, pattern: RegExp): Parser<number> =>
  (text) => {
    const value = pattern.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
const whole = (least: number, most: number) => number(least, most, /^\d{1,6}$/);
const decimal = (least: number, most: number) => number(least, most, /^\d{1,4}(\.\d{1,3})?$/);
const word =
  <const Word extends string>(words: readonly Word[]): Parser<Word> =>
  (text) =>
    words.find((candidate) => candidate === text);

/** Every parameter, its parser and what it takes in words. */
export const TRANSFORM_PARAMETERS = {
  w: { parse: whole(1, LONGEST_SIDE), takes: `a whole number of pixels from 1 to ${LONGEST_SIDE}` },
  h: { parse: whole(1, LONGEST_SIDE), takes: `a whole number of pixels from 1 to ${LONGEST_SIDE}` },
  fit: { parse: word(FITS), takes: FITS.join(', ') },
  position: { parse: word(PLACES as readonly Place[]), takes: PLACES.join(', ') },
  format: { parse: word(RESULT_FORMATS), takes: RESULT_FORMATS.join(', ') },
  q: { parse: whole(1, 100), takes: 'a whole number from 1 to 100' },
  dpr: { parse: decimal(0.5, 4), takes: 'a number from 0.5 to 4' },
  blur: { parse: decimal(0.3, 100), takes: 'a sigma from 0.3 to 100' },
  rotate: { parse: word(['0', '90', '180', '270']), takes: '0, 90, 180, 270' },
  flatten: {
    parse: (text: string) => (/^#?[0-9a-f]{6}$/i.test(text) ? `#${text.replace('#', '').toLowerCase()}` : undefined),
    takes: 'a colour such as ffffff',
  },
  page: { parse: whole(1, LAST_PAGE), takes: `a whole number from 1 to ${LAST_PAGE}` },
} as const satisfies Record<string, { parse: Parser<unknown>; takes: string }>;

export type TransformParameter = keyof typeof TRANSFORM_PARAMETERS;
export const TRANSFORM_NAMES = Object.keys(TRANSFORM_PARAMETERS) as readonly TransformParameter[];

/** Widths and heights that callers without credentials can have, so that nobody fills the bucket pixel by pixel. */
export const SIZE_LADDER = [
  32, 64, 96, 128, 160, 240, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560, 3200, 4096,
] as const;
const QUALITY_LADDER = [40, 60, 75, 90] as const;
const BLUR_LADDER = [1, 3, 10, 30, 100] as const;
const COLOUR_STEP = 0x33;

const rung = (ladder: readonly number[], value: number): number =>
  ladder.find((step) => step >= value) ?? ladder.at(-1) ?? value;

const paletteColour = (colour: string): string =>
  `#${[1, 3, 5]
    .map((at) => Math.round(Number.parseInt(colour.slice(at, at + 2), 16) / COLOUR_STEP) * COLOUR_STEP)
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('')}`;

/** What of a record bears on the transforms of its picture. */
export interface Subject {
  readonly focalX: number | null;
  readonly focalY: number | null;
}

export interface Asker {
  /** Members may have any size; everybody else gets the next step of the ladders. */
  readonly isMember: boolean;
  readonly accept: string | undefined;
}

const DEFAULT_QUALITY: Readonly<Record<ResultFormat, number>> = { avif: 50, webp: 78, jpeg: 80, png: 100 };

/** The transform that a request means for this picture and this asker. */
export const resolveTransform = (
  request: TransformRequest,
  subject: Subject,
  { isMember, accept }: Asker,
): Transform => {
  const snap = (ladder: readonly number[], value: number): number => (isMember ? value : rung(ladder, value));
  const side = (length: number | undefined): number | null =>
    length === undefined
      ? null
      : Math.min(LONGEST_SIDE, snap(SIZE_LADDER, Math.round(length * (request.dpr ?? 1)) || 1));
  const width = side(request.w);
  const height = side(request.h);
  const format = request.format ?? negotiated(accept);
  const cropped = width !== null && height !== null && (request.fit ?? 'cover') === 'cover';
  return {
    width,
    height,
    fit: width === null || height === null ? 'inside' : (request.fit ?? 'cover'),
    position: cropped ? (request.position ?? focalPoint(subject)) : 'centre',
    format,
    quality: format === 'png' ? 100 : snap(QUALITY_LADDER, request.q ?? DEFAULT_QUALITY[format]),
    blur: request.blur === undefined ? 0 : snap(BLUR_LADDER, request.blur),
    rotate: (request.rotate ?? 0) as Transform['rotate'],
    flatten: request.flatten === undefined ? null : isMember ? request.flatten : paletteColour(request.flatten),
    page: request.page ?? 1,
  };
};

const focalPoint = ({ focalX, focalY }: Subject): Transform['position'] =>
  focalX === null && focalY === null ? 'centre' : { x: focalX ?? 0.5, y: focalY ?? 0.5 };

/** The best format that an `Accept` header names. JPEG is what every client shows, so it needs no naming. */
export const negotiated = (accept: string | undefined): ResultFormat => {
  const named = new Set(
    (accept ?? '')
      .split(',')
      .map((range) => range.trim().split(/\s*;\s*/))
      .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
      .map(([type]) => type?.toLowerCase()),
  );
  return RESULT_FORMATS.find((format) => named.has(`image/${format}`)) ?? 'jpeg';
};

/** A name for a result: the same for equal transforms, different for different ones, safe in a key. */
export const transformName = (transform: Transform): string => {
  const { position } = transform;
  const place = typeof position === 'string' ? position : `${position.x.toFixed(3)}x${position.y.toFixed(3)}`;
  const parts = [
    `${transform.width ?? ''}x${transform.height ?? ''}`,
    transform.fit,
    place,
    `q${transform.quality}`,
    ...(transform.blur > 0 ? [`b${transform.blur}`] : []),
    ...(transform.rotate > 0 ? [`r${transform.rotate}`] : []),
    ...(transform.flatten === null ? [] : [`f${transform.flatten.slice(1)}`]),
    ...(transform.page > 1 ? [`p${transform.page}`] : []),
  ];
  return `${parts.join('_')}.${transform.format}`;
};

/** What a page or a frame is drawn at when no size is asked for. */
const NATURAL_SIDE = 2048;
/** A crop may need a picture that is longer than the result. */
const CROP_ROOM = 2;

/** The longest side in pixels that a picture which can be drawn at any size is drawn at, before the transform. */
export const sourceSide = ({ width, height }: Pick<Transform, 'width' | 'height'>): number =>
  width === null && height === null
    ? NATURAL_SIDE
    : Math.min(LONGEST_SIDE, Math.max(NATURAL_SIDE / 2, CROP_ROOM * Math.max(width ?? 0, height ?? 0)));
