import { rgbaToThumbHash } from 'thumbhash';
import type { Pixels } from './sharp.ts';

/** ThumbHash describes at most seven waves a side: more pixels than this change nothing that is seen and cost time. */
const MAX_SIDE = 50;
/** A pixel is counted as seen from here on. */
const VISIBLE_ALPHA = 128;

interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Averages squares of pixels to RGBA of at most 50 x 50; colours weigh by their alpha, so that hidden ones do not bleed. */
export const toSmallRgba = ({ data, width, height, channels }: Pixels): Rgba => {
  const step = Math.ceil(Math.max(width, height) / MAX_SIDE);
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const grey = channels < 3;
  const alphaAt = channels % 2 === 0 ? channels - 1 : -1;
  const out = new Uint8Array(columns * rows * 4);
  for (let row = 0, at = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * step);
    for (let column = 0; column < columns; column++, at += 4) {
      const right = Math.min(width, (column + 1) * step);
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      let count = 0;
      for (let y = row * step; y < bottom; y++) {
        for (let x = column * step; x < right; x++) {
          const from = (y * width + x) * channels;
          const weight = alphaAt < 0 ? 255 : (data[from + alphaAt] ?? 0);
          red += (data[from] ?? 0) * weight;
          green += (data[from + (grey ? 0 : 1)] ?? 0) * weight;
          blue += (data[from + (grey ? 0 : 2)] ?? 0) * weight;
          alpha += weight;
          count++;
        }
      }
      if (alpha === 0) continue;
      out[at] = Math.round(red / alpha);
      out[at + 1] = Math.round(green / alpha);
      out[at + 2] = Math.round(blue / alpha);
      out[at + 3] = Math.round(alpha / count);
    }
  }
  return { data: out, width: columns, height: rows };
};

const CELLS = 16 ** 3;
const hex = (value: number): string => Math.round(value).toString(16).padStart(2, '0');

/** The mean of the fullest of 16 x 16 x 16 colour cells, as `#rrggbb`; null when nothing is visible. */
export const dominantColor = ({ data }: Rgba): string | null => {
  // One row a channel, and one for the count: arrays of numbers, because this runs for every picture.
  const [counts, reds, greens, blues] = [0, 1, 2, 3].map(() => new Uint32Array(CELLS)) as unknown as Sums;
  let fullest = -1;
  for (let at = 0; at < data.length; at += 4) {
    if ((data[at + 3] ?? 0) < VISIBLE_ALPHA) continue;
    const red = data[at] ?? 0;
    const green = data[at + 1] ?? 0;
    const blue = data[at + 2] ?? 0;
    const cell = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    counts[cell] = (counts[cell] ?? 0) + 1;
    reds[cell] = (reds[cell] ?? 0) + red;
    greens[cell] = (greens[cell] ?? 0) + green;
    blues[cell] = (blues[cell] ?? 0) + blue;
    if (fullest < 0 || (counts[cell] ?? 0) > (counts[fullest] ?? 0)) fullest = cell;
  }
  if (fullest < 0) return null;
  const count = counts[fullest] ?? 1;
  return `#${[reds, greens, blues].map((sums) => hex((sums[fullest] ?? 0) / count)).join('')}`;
};

type Sums = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/** The placeholder of a picture while it loads: ThumbHash (base64) and one colour. */
export const placeholder = (pixels: Pixels): { thumbhash: string; dominantColor: string | null } => {
  const small = toSmallRgba(pixels);
  const hash = rgbaToThumbHash(small.width, small.height, small.data);
  return { thumbhash: Buffer.from(hash).toString('base64'), dominantColor: dominantColor(small) };
};
