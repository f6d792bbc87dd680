/**
 * Transforms of a picture, by parameters of its address: `?w=400&h=300&fit=cover&position=attention&format=webp&q=80`.
 *
 * Each parameter has one parser in the table below. Unknown values are refused, not guessed.
 */
export const FITS = ['cover', 'contain', 'inside'] as const;
export type Fit = (typeof FITS)[number];

export const CROP_POSITIONS = [
  ...['centre', 'top', 'right', 'bottom', 'left'],
  ...['top-left', 'top-right', 'bottom-left', 'bottom-right'],
  ...['attention', 'entropy'],
] as const;
export type CropPosition =
  | 'centre'
  | 'attention'
  | 'entropy'
  | `${'top' | 'bottom'}${'' | '-left' | '-right'}`
  | 'left'
  | 'right';

/** Formats of results, best compression first: the order of preference for `Accept`. */
export const RESULT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

export interface TransformRequest {
  readonly w?: number;
  readonly h?: number;
  readonly fit?: Fit;
  readonly position?: CropPosition;
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

/** A transform with all parameters decided. Two requests for the same picture have the same one. */
export interface Transform {
  readonly width: number | null;
  readonly height: number | null;
  readonly fit: Fit;
  /** Fractions of width and height for a focal point. */
  readonly position: CropPosition | { readonly x: number; readonly y: number };
  readonly format: ResultFormat;
  readonly quality: number;
  readonly blur: number;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly flatten: string | null;
  readonly page: number;
}

/** The highest page that can be requested. */
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

/** Every parameter, its parser and a description of its values. */
export const TRANSFORM_PARAMETERS = {
  w: { parse: whole(1, LONGEST_SIDE), takes: `a whole number of pixels from 1 to ${LONGEST_SIDE}` },
  h: { parse: whole(1, LONGEST_SIDE), takes: `a whole number of pixels from 1 to ${LONGEST_SIDE}` },
  fit: { parse: word(FITS), takes: FITS.join(', ') },
  position: { parse: word(CROP_POSITIONS as readonly CropPosition[]), takes: CROP_POSITIONS.join(', ') },
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

/** The default size of a page or a frame. */
const NATURAL_SIDE = 2048;
/** A crop may need a picture that is longer than the result. */
const CROP_ROOM = 2;

/** The longest side in pixels at which scalable content is drawn, before the transform. */
export const sourceSide = ({ width, height }: Pick<Transform, 'width' | 'height'>): number =>
  width === null && height === null
    ? NATURAL_SIDE
    : Math.min(LONGEST_SIDE, Math.max(NATURAL_SIDE / 2, CROP_ROOM * Math.max(width ?? 0, height ?? 0)));
