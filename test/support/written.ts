import sharp from 'sharp';
import type { GreyPicture } from './pdf.ts';

const LINE = 46;

const drawn = (lines: readonly string[], width: number) => {
  const escaped = lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  const texts = escaped.map(
    (line, at) => `<text x="60" y="${90 + at * LINE}" font-family="DejaVu Serif, serif" font-size="30">${line}</text>`,
  );
  const height = 120 + lines.length * LINE;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${texts.join('')}</svg>`;
  // What the product blocks is blocked for the whole process, and another test may have run in it before.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  return sharp(Buffer.from(svg)).flatten({ background: '#fff' }).grayscale();
};

/** A picture of these lines in print, as a screen shows them. */
export const writtenPicture = (lines: readonly string[], width = 1200): Promise<Buffer> =>
  drawn(lines, width).png().toBuffer();

/** The same as a scanner hands it over. */
export const writtenPixels = async (lines: readonly string[], width = 1654): Promise<GreyPicture> => {
  const { data, info } = await drawn(lines, width)
    .resize({ width, height: Math.round(width * Math.SQRT2), fit: 'contain', position: 'top', background: '#fff' })
    .grayscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
};

export const ENGLISH = ['The harbour was rebuilt after the storm,', 'and most of the warehouses were kept.'];
export const GERMAN = ['Der Hafen wurde nach dem Sturm wieder', 'aufgebaut, und die Straße ist größer geworden.'];
