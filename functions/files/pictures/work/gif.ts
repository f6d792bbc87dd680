import { atMost, type PromisedWork } from './work-limit.ts';

/** Ten minutes of a film at 25 frames a second. Only the first is decoded, but the decoder looks for all of them. */
const MAX_FRAMES = 15_000;
/** Pieces of at most 255 bytes: twice what the largest accepted file needs. */
const MAX_PIECES = 600_000;
const HEADER_BYTES = 13;
const IMAGE = 0x2c;
const EXTENSION = 0x21;

/** Bytes of the table of colours that a byte of flags announces. */
const tableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

/** Counts the frames of a GIF and the pieces of their data. A frame may reach beyond the screen, and the decoder makes room for it. */
export const gifWork = (bytes: Buffer): PromisedWork => {
  if (bytes.length < HEADER_BYTES) return { pixels: 0 };
  let [frames, pieces] = [0, 0];
  let [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let at = HEADER_BYTES + tableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind === IMAGE && at + 11 <= bytes.length) {
      frames += 1;
      atMost(frames, MAX_FRAMES, 'frames');
      width = Math.max(width, bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5));
      height = Math.max(height, bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7));
      at += 11 + tableBytes(bytes[at + 9] ?? 0);
    } else if (kind === EXTENSION) at += 2;
    else break;
    for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
      pieces += 1;
      atMost(pieces, MAX_PIECES, 'pieces of data');
      at += 1 + length;
    }
    at += 1;
  }
  return { pixels: width * height };
};
