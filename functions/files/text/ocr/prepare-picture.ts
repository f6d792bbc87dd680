import { damagedFile, TextError } from '../../../domain/text.ts';
import { bufferSource } from '../../../shared/byte-source.ts';
import { type ImageHeader, MAX_PIXELS, pixelLimit, readHeader } from '../../pictures/image-header.ts';
import { openImage, openPixels, type Pixels } from '../../pictures/sharp.ts';

/** A4 at 300 dpi has 3508; more dots take time and add no information. */
const LONGEST_SIDE = 3500;
/** Letters of a small picture are enlarged: recognition needs them some 20 pixels high. */
const SMALL_SIDE = 1000;

/** The picture of a file for recognition: upright, grey, on white, of a fitting size. Throws `TOO_LARGE`. */
export const preparePicture = async (bytes: Buffer): Promise<Buffer> => {
  const header = await readHeader(bytes);
  if (!header) throw damagedFile();
  if (header.width * header.height > pixelLimit(header, MAX_PIXELS)) {
    throw new TextError('TOO_LARGE', 'The picture has more pixels than are decoded.');
  }
  const longest = Math.max(header.width, header.height);
  const side = longest < SMALL_SIDE ? longest * 2 : Math.min(longest, LONGEST_SIDE);
  try {
    const image = header.hevc
      ? openPixels(await decodeHeic(bytes, header))
      : openImage(bytes, { maxPixels: MAX_PIXELS });
    return await image
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside' })
      .flatten({ background: '#fff' })
      .grayscale()
      .png({ compressionLevel: 1 })
      .toBuffer();
  } catch (error) {
    throw damagedFile(error);
  }
};

/** HEIC, which sharp does not decode. A text is already read in a thread of its own: this needs no further one. */
const decodeHeic = async (bytes: Buffer, { displayP3 }: ImageHeader): Promise<Pixels> => {
  const { makeHeic } = await import('../../previews/make-heic.ts');
  const made = await makeHeic(bufferSource(bytes), {
    maker: 'heic',
    mimeType: 'image/heic',
    box: 0,
    page: 1,
    displayP3,
  });
  if (made.kind !== 'picture') throw damagedFile();
  const { data, ...size } = made.picture;
  return { ...size, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
};

/** A drawn page for recognition. */
export const preparePixels = (pixels: Pixels): Promise<Buffer> =>
  openPixels(pixels).grayscale().png({ compressionLevel: 1 }).toBuffer();
