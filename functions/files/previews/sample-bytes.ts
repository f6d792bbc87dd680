import type { ByteSource } from '../../shared/byte-source.ts';

const KIB = 1024;
/** Below this a file is read whole. */
const WHOLE = 2048 * KIB;
/** Room for the headers of the formats; a larger cover precedes frames that need none. */
const HEAD = 64 * KIB;
/** One frame of lossless sound takes some 10 KiB; decoders need a whole one to find the next. */
const WINDOW = 24 * KIB;

/** A file, or its head and as many evenly spaced pieces of it as wanted, one behind the other. */
export const sampleBytes = async (source: ByteSource, places: number): Promise<Uint8Array> => {
  if (source.size <= WHOLE) return source.read(0, source.size);
  const step = (source.size - HEAD) / places;
  const pieces = await Promise.all([
    source.read(0, HEAD),
    ...Array.from({ length: places }, (_, place) => source.read(Math.floor(HEAD + place * step), WINDOW)),
  ]);
  return Buffer.concat(pieces);
};
