import { rgbaToThumbHash } from 'thumbhash';
import type { Pixels } from './sharp.ts';

/** ThumbHash takes no more, and describes so few waves that more would only cost time. */
const MAX_SIDE = 100;
/** A pixel is counted as seen from here on. */
const VISIBLE_ALPHA = 128;

interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Averages squares of pixels to RGBA of at most 100 x 100; colours weigh by their alpha, so that hidden ones do not bleed. */
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
      let [red, green, blue, alpha, count] = [0, 0, 0, 0, 0];
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

/** The mean of the fullest of 16 x 16 x 16 colour cells, as `#rrggbb`; null when nothing is visible. */
export const dominantColor = ({ data }: Rgba): string | null => {
  const cells = new Map<number, [count: number, red: number, green: number, blue: number]>();
  let fullest: [number, number, number, number] | undefined;
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
    if (alpha < VISIBLE_ALPHA) continue;
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const cell = cells.get(key) ?? [0, 0, 0, 0];
    cell[0] += 1;
    cell[1] += red;
    cell[2] += green;
    cell[3] += blue;
    cells.set(key, cell);
    if (!fullest || cell[0] > fullest[0]) fullest = cell;
  }
  if (!fullest) return null;
  const [count, ...sums] = fullest;
  return `#${sums
    .map((sum) =>
      Math.round(sum / count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
};

/** What a page shows until the picture has come: ThumbHash (base64) and one colour. */
export const placeholder = (pixels: Pixels): { thumbhash: string; dominantColor: string | null } => {
  const small = toSmallRgba(pixels);
  const hash = rgbaToThumbHash(small.width, small.height, small.data);
  return { thumbhash: Buffer.from(hash).toString('base64'), dominantColor: dominantColor(small) };
};
