import type { ByteSource } from '../../shared/byte-source.ts';

/**
 * A recorder that writes to a pipe cannot go back to fill in the length. It leaves zero, or about as much as 31 or 32 bits
 * hold, less a header or rounded down to its buffer (SoX: 0x7ffff000); players then play to the end of the file.
 */
export const isUnknownLength = (length: number): boolean =>
  length === 0 || (length >= 0x7fff_0000 && length <= 0x7fff_ffff) || length >= 0xffff_0000;

/** Bytes before the audio of a file that was not parsed yet. */
const MOST_CHUNKS = 100;
const MOST_LENGTH = 0xffff_ffff;

/** The positions of unknown lengths in a WAV. */
const unknownIn = async (source: ByteSource): Promise<readonly number[]> => {
  const at = async (start: number, length: number): Promise<Buffer> => {
    const bytes = await source.read(start, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  };
  const head = await at(0, 12);
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8) !== 'WAVE') return [];
  const unknown = isUnknownLength(head.readUInt32LE(4)) ? [4] : [];
  let start = 12;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const header = await at(start, 8);
    if (header.length < 8) return [];
    const length = header.readUInt32LE(4);
    if (header.toString('latin1', 0, 4) === 'data') return isUnknownLength(length) ? [...unknown, start + 4] : unknown;
    start += 8 + length + (length % 2);
  }
  return [];
};

/** The file as it would be if the writer of a WAV had known how long it became; any other file as it is. */
export const withKnownLengths = async (source: ByteSource): Promise<ByteSource> => {
  const unknown = await unknownIn(source);
  if (unknown.length === 0) return source;
  const fields = unknown.map((at) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(Math.min(source.size - at - 4, MOST_LENGTH));
    return { at, bytes };
  });
  return {
    size: source.size,
    read: async (start, length) => {
      const read = Buffer.from(await source.read(start, length));
      for (const { at, bytes } of fields) {
        for (const [index, byte] of bytes.entries()) {
          const place = at + index - start;
          if (place >= 0 && place < read.length) read[place] = byte;
        }
      }
      return read;
    },
  };
};
