import { logInfo } from '../../../shared/log.ts';
import { gifWork } from './gif.ts';
import { heifWork } from './heif.ts';
import { jpegWork } from './jpeg.ts';
import { pngWork } from './png.ts';
import { webpWork } from './webp.ts';
import { type PromisedWork, WorkLimitError } from './work-limit.ts';

/** Reads the headers of one format. It runs without a clock, so its steps are bounded by the bytes and by limits of its own. */
type Walk = (bytes: Buffer) => PromisedWork;

/** The walk for each format, detected by the same first bytes as decoders use. */
export const WALKS: readonly (readonly [walk: Walk, at: number, magic: string])[] = [
  [jpegWork, 0, '\xff\xd8'],
  [pngWork, 0, '\x89PNG\r\n\x1a\n'],
  [gifWork, 0, 'GIF8'],
  [webpWork, 8, 'WEBP'],
  [heifWork, 4, 'ftyp'],
];

/**
 * A file that a walk cannot follow is refused like one with too much work: the file is the cause, and would be again at every
 * attempt. The log has the error, since it is a gap of the walk as well.
 */
const follow = (walk: Walk, bytes: Buffer): PromisedWork => {
  try {
    return walk(bytes);
  } catch (error) {
    if (error instanceof WorkLimitError) throw error;
    logInfo({ unfollowed: String(error) });
    throw new WorkLimitError('The headers of the picture are not those of a picture.');
  }
};

const walked = new WeakMap<Buffer, PromisedWork>();

/**
 * Parses the headers of a picture and counts the work of decoding it: scans, chunks, frames, tiles, and the unpacked size of
 * its texts. No pixel is decoded, and nothing is unpacked beyond the limits. The answer for a buffer is cached.
 *
 * Throws only `WorkLimitError`, when the work is above the limit or cannot be counted. Real pictures stay far below every
 * limit.
 */
export const promisedWork = (bytes: Buffer): PromisedWork => {
  const known = walked.get(bytes);
  if (known) return known;
  const [walk] = WALKS.find(([, at, magic]) => bytes.toString('latin1', at, at + magic.length) === magic) ?? [];
  const work = walk ? follow(walk, bytes) : { pixels: 0 };
  walked.set(bytes, work);
  return work;
};
