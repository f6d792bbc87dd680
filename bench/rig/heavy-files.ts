/** For each kind, the accepted files with the highest memory use, and some that are refused in time. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { pngBomb } from '../../test/support/fixtures/hostile-files.ts';
import { DOCX, office } from '../../test/support/fixtures/least-files.ts';

export interface HeavyFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: () => Buffer | Promise<Buffer>;
}

const fixture = (path: string) => (): Promise<Buffer> =>
  readFile(new URL(`../../test/fixtures/${path}`, import.meta.url));
const blank = (side: number, channels: 3 | 4) =>
  sharp({ create: { width: side, height: side, channels, background: { r: 40, g: 90, b: 140, alpha: 0.5 } } });

/** `side` of the pictures: 10,000 is the limit of 100 megapixels. */
export const heavyFiles = (side: number): readonly HeavyFile[] => {
  const megapixels = `${Math.round(side ** 2 / 1e6)} MP`;
  const avifSide = Math.floor(side * Math.sqrt(0.4));
  return [
    {
      name: `progressive CMYK JPEG, ${megapixels}`,
      type: 'image/jpeg',
      bytes: () => blank(side, 3).toColourspace('cmyk').jpeg({ progressive: true }).toBuffer(),
    },
    {
      name: `interlaced PNG of 16 bits with alpha, ${megapixels}`,
      type: 'image/png',
      bytes: () => blank(side, 4).toColourspace('rgb16').png({ progressive: true, compressionLevel: 1 }).toBuffer(),
    },
    { name: `WebP, ${megapixels}`, type: 'image/webp', bytes: () => blank(side, 3).webp({ effort: 0 }).toBuffer() },
    { name: `GIF, ${megapixels}`, type: 'image/gif', bytes: () => blank(side, 3).gif({ effort: 1 }).toBuffer() },
    {
      name: `AVIF, ${Math.round(avifSide ** 2 / 1e6)} MP`,
      type: 'image/avif',
      bytes: () => blank(avifSide, 3).avif({ effort: 0 }).toBuffer(),
    },
    { name: 'PNG of 16,000 x 16,000, refused', type: 'image/png', bytes: () => pngBomb() },
    { name: 'HEIC', type: 'image/heic', bytes: fixture('previews/photo.heic') },
    { name: 'PDF', type: 'application/pdf', bytes: fixture('printed/from-writer.pdf') },
    { name: 'film', type: 'video/mp4', bytes: fixture('previews/moov-last.mp4') },
    { name: 'sound', type: 'audio/mpeg', bytes: fixture('previews/sound.mp3') },
    { name: 'document of Word', type: DOCX, bytes: fixture('office/letter.docx') },
    {
      name: 'document of Word that unpacks to 64 MiB of zeros, refused',
      type: DOCX,
      bytes: () => office(DOCX, [{ name: 'word/media/a.bmp', data: Buffer.alloc(2 ** 26), deflate: true }]),
    },
    { name: 'text of 60 MiB', type: 'text/plain', bytes: () => Buffer.alloc(60 * 2 ** 20, 'A line of a text.\n') },
  ];
};
