import type { ImageHeader } from '../pictures/image-header.ts';
import { openImage } from '../pictures/sharp.ts';
import { promisedWork } from '../pictures/work/promised-work.ts';

/** Rows at the lower edge that the last row of blocks covers, for any sampling. */
const EDGE = 32;
/** Codes with another meaning than a decoder's substitute, and no marker. */
const NOISE = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + (index >> 3) * 29) % 251));

/**
 * Whether a JPEG without its end marker has all of its data. The decoder reports missing data anywhere but in its last row of
 * blocks, which it fills with a substitute: so the result there must not depend on the bytes after the data.
 */
export const hasAllOfItsData = async (bytes: Buffer, header: ImageHeader): Promise<boolean> => {
  const { openEnd } = promisedWork(bytes);
  if (openEnd === undefined) return true;
  try {
    const data = bytes.subarray(0, openEnd);
    const drawn = await lowerEdge(data, header);
    return drawn.equals(await lowerEdge(Buffer.concat([data, NOISE, END]), header));
  } catch {
    return false;
  }
};

const END = Buffer.from('ffd9', 'hex');

const lowerEdge = async (bytes: Buffer, { width, height, orientation }: ImageHeader): Promise<Buffer> => {
  // The header has the size in display orientation; rows are those of the file.
  const stored = orientation > 4 ? { width: height, height: width } : { width, height };
  const rows = Math.min(EDGE, stored.height);
  const image = openImage(bytes, { maxPixels: width * height, ignoreIcc: true });
  return image
    .extract({ left: 0, top: stored.height - rows, width: stored.width, height: rows })
    .raw()
    .toBuffer();
};
