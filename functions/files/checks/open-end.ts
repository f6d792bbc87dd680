import type { ImageHeader } from '../pictures/image-header.ts';
import { openImage } from '../pictures/sharp.ts';
import { promisedWork } from '../pictures/work/promised-work.ts';

/** Rows at the lower edge that the last row of blocks covers, whatever its sampling. */
const EDGE = 32;
/** Codes that mean something else than what a decoder makes up, and no marker. */
const NOISE = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 167 + (index >> 3) * 29) % 251));

/**
 * Whether a JPEG without the marker of its end has all of its data. The decoder tells what is missing anywhere but in its last
 * row of blocks, for which it makes something up: there, what it draws must not depend on what follows the data.
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
  // The header tells the size as a person sees it; rows are those of the file.
  const stored = orientation > 4 ? { width: height, height: width } : { width, height };
  const rows = Math.min(EDGE, stored.height);
  const image = openImage(bytes, { maxPixels: width * height, ignoreIcc: true });
  return image
    .extract({ left: 0, top: stored.height - rows, width: stored.width, height: rows })
    .raw()
    .toBuffer();
};
