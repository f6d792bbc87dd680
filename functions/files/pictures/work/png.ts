import { inflateSync } from 'node:zlib';
import { atMost, type PromisedWork, WorkLimitError } from './work-limit.ts';

const MIB = 2 ** 20;
/** A picture of 64 MiB in pieces of 1 KiB, which is less than any encoder writes. */
const MAX_CHUNKS = 70_000;
/** Texts and other notes beside the pixels; pictures have a dozen. */
const MAX_NOTES = 1000;
/**
 * The unpacked size of all compressed texts and the profile. The decoder unpacks them while it reads the header and keeps them.
 * The largest profiles of presses have 4 MiB, the workflows that generators of pictures embed about one.
 */
const MAX_UNPACKED = 16 * MIB;
/** The most bytes that one byte of a deflated stream can expand to. */
const MAX_RATIO = 1032;

/** Where a null-terminated text ends, and its data begins. */
const behindNull = (chunk: Buffer, from: number): number => {
  const end = chunk.indexOf(0, from);
  return end === -1 ? chunk.length : end + 1;
};

/** The compressed part of a chunk; undefined for one that has none. */
const packedIn = (type: string, chunk: Buffer): Buffer | undefined => {
  const method = behindNull(chunk, 0);
  if (type === 'zTXt' || type === 'iCCP') return chunk.subarray(method + 1);
  if (type !== 'iTXt' || chunk[method] !== 1) return undefined;
  return chunk.subarray(behindNull(chunk, behindNull(chunk, method + 2)));
};

/** The unpacked size of a stream, or at least `most + 1`. A damaged stream counts as the most that it could have. */
const unpackedLength = (packed: Buffer, most: number): number => {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, most) }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return most + 1;
    return packed.length * MAX_RATIO;
  }
};

/** Counts the chunks of a PNG and the unpacked size of its texts and profile, unpacking no more than is accepted. */
export const pngWork = (bytes: Buffer): PromisedWork => {
  const pixels = bytes.length < 24 ? 0 : bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
  let [chunks, notes, unpacked] = [0, 0, 0];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') break;
    chunks += 1;
    atMost(chunks, MAX_CHUNKS, 'chunks');
    if (type !== 'IDAT' && type !== 'fdAT' && type !== 'fcTL') {
      notes += 1;
      atMost(notes, MAX_NOTES, 'texts and other notes');
    }
    const packed = packedIn(type, bytes.subarray(at + 8, at + 8 + length));
    if (packed) unpacked += unpackedLength(packed, MAX_UNPACKED - unpacked);
    if (unpacked > MAX_UNPACKED) {
      throw new WorkLimitError(`The texts of the picture unpack to more than ${MAX_UNPACKED / MIB} MiB.`);
    }
    at += 12 + length;
  }
  return { pixels };
};
