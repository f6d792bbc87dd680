import type { PixelSize } from '../../domain/media.ts';
import { drawText, type Pixels } from '../pictures/sharp.ts';
import { decoderPath } from './decoder-file.ts';

type Colour = readonly [red: number, green: number, blue: number];

export const WHITE: Colour = [255, 255, 255];

/** A box of pixels, from its upper left corner. */
export interface Box extends PixelSize {
  readonly left: number;
  readonly top: number;
}

/** A picture that is drawn by the pixel: rectangles, and text laid over them. */
export interface Canvas {
  fill(box: Box, colour: Colour): void;
  /** Writes text into a box; overflow is cut off at its lower edge. `centre` puts one line in its middle. */
  write(text: string, box: Box, style: { fontSize: number; colour: string; centre?: boolean }): Promise<void>;
  readonly pixels: Pixels;
}

export const openCanvas = (size: PixelSize, background: Colour): Canvas => {
  const { width, height } = size;
  const data = Buffer.alloc(width * height * 3, Uint8Array.from(background));
  return {
    pixels: { data, width, height, channels: 3 },
    fill: (box, colour) => {
      const bottom = Math.min(height, box.top + box.height);
      const right = Math.min(width, box.left + box.width);
      for (let y = Math.max(0, box.top); y < bottom; y += 1) {
        for (let x = Math.max(0, box.left); x < right; x += 1) data.set(colour, (y * width + x) * 3);
      }
    },
    write: async (text, box, { fontSize, colour, centre = false }) => {
      const style = { fontFile: decoderPath('DejaVuSans.ttf'), fontSize, colour };
      const drawn = await drawText(text, centre ? style : { ...style, width: box.width });
      const left = box.left + (centre ? Math.max(0, (box.width - drawn.width) >> 1) : 0);
      const top = box.top + (centre ? Math.max(0, (box.height - drawn.height) >> 1) : 0);
      const rows = Math.min(drawn.height, box.height);
      const columns = Math.min(drawn.width, box.width);
      for (let y = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1) {
          const from = (y * drawn.width + x) * 4;
          const alpha = (drawn.data[from + 3] ?? 0) / 255;
          if (alpha === 0) continue;
          const to = ((top + y) * width + left + x) * 3;
          for (let channel = 0; channel < 3; channel += 1) {
            const below = data[to + channel] ?? 0;
            data[to + channel] = Math.round(below + ((drawn.data[from + channel] ?? 0) - below) * alpha);
          }
        }
      }
    },
  };
};
