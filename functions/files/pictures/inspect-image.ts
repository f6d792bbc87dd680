import { fileTypeFromBuffer } from 'file-type';
import { contentMismatch, type Refusal, rejected, undecodable, unsupported } from '../checks/outcome.ts';
import { type ImageHeader, MAX_PIXELS, pixelLimit, readHeader } from './image-header.ts';
import { promisedWork } from './work/promised-work.ts';
import { WorkLimitError } from './work/work-limit.ts';

/** Containers of telephones: the brand says whether one picture or a sequence, and clients name all of them alike. */
const HEIF = ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'] as const;

/** The first bytes of a declared type, and the decoder that must accept the file. */
const IMAGE_TYPES: Readonly<
  Record<string, { readonly magic: readonly string[]; readonly format: ImageHeader['format'] }>
> = {
  'image/jpeg': { magic: ['image/jpeg'], format: 'jpeg' },
  'image/jpg': { magic: ['image/jpeg'], format: 'jpeg' },
  'image/png': { magic: ['image/png', 'image/apng'], format: 'png' },
  'image/webp': { magic: ['image/webp'], format: 'webp' },
  'image/gif': { magic: ['image/gif'], format: 'gif' },
  'image/avif': { magic: ['image/avif'], format: 'heif' },
  'image/heic': { magic: HEIF, format: 'heif' },
  'image/heif': { magic: HEIF, format: 'heif' },
};

export interface ImageInspection {
  readonly outcome: 'ok';
  readonly header: ImageHeader;
}

/** A refusal for a picture whose headers promise more work than is accepted. */
export const workRefusal = (bytes: Buffer): Refusal | undefined => {
  try {
    promisedWork(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkLimitError)) throw error;
    return rejected('WORK_LIMIT', error.message);
  }
};

/** Compares a picture's bytes with its declared type and reads its header; no pixel is decoded. */
export const inspectImage = async (
  bytes: Buffer,
  mimeType: string,
  maxPixels: number = MAX_PIXELS,
): Promise<ImageInspection | Refusal> => {
  const type = Object.hasOwn(IMAGE_TYPES, mimeType) ? IMAGE_TYPES[mimeType] : undefined;
  if (!type) return unsupported(mimeType);
  // Even detecting the type reads every piece up to the pixels, so a file with too many pieces is refused first.
  const tooMuch = workRefusal(bytes);
  if (tooMuch) return tooMuch;
  const detected = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (!detected || !type.magic.includes(detected.mime)) return contentMismatch(mimeType);

  const header = await readHeader(bytes);
  if (!header) return undecodable();
  // A file can wear one type's first bytes and be another's to the decoder.
  if (header.format !== type.format) return contentMismatch(mimeType);

  const limit = pixelLimit(header, maxPixels);
  if (header.width * header.height > limit) {
    const millions = Math.floor(limit / 1e4) / 100;
    return rejected(
      'PIXEL_LIMIT',
      `The picture has ${header.width} x ${header.height} pixels; at most ${millions} million are accepted.`,
    );
  }
  return { outcome: 'ok', header };
};
