import { atMost, type PromisedWork } from './work-limit.ts';

/** As for a GIF: only the first frame is decoded, but the decoder makes an entry of each. */
const MAX_FRAMES = 15_000;
/** Beside the frames: profile, EXIF, XMP and little else. */
const MAX_CHUNKS = 1000;
const HEADER_BYTES = 12;

/** Pixels that the header of a still picture, or the canvas of an animation, says. */
const pixelsIn = (type: string, chunk: Buffer): number => {
  if (type === 'VP8X' && chunk.length >= 10) return (chunk.readUIntLE(4, 3) + 1) * (chunk.readUIntLE(7, 3) + 1);
  if (type === 'VP8 ' && chunk.length >= 10) return (chunk.readUInt16LE(6) & 0x3fff) * (chunk.readUInt16LE(8) & 0x3fff);
  if (type !== 'VP8L' || chunk.length < 5) return 0;
  const sides = chunk.readUInt32LE(1);
  return ((sides & 0x3fff) + 1) * (((sides >>> 14) & 0x3fff) + 1);
};

/** Counts the chunks and frames of a WebP. */
export const webpWork = (bytes: Buffer): PromisedWork => {
  let [chunks, frames, pixels] = [0, 0, 0];
  for (let at = HEADER_BYTES; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (type === 'ANMF') frames += 1;
    else chunks += 1;
    atMost(frames, MAX_FRAMES, 'frames');
    atMost(chunks, MAX_CHUNKS, 'chunks');
    pixels = Math.max(pixels, pixelsIn(type, bytes.subarray(at + 8, at + 8 + Math.min(length, 16))));
    // Chunks are filled up to an even length.
    at += 8 + length + (length & 1);
  }
  return { pixels };
};
