import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isoMedia } from './least-files.ts';

const MIB = 2 ** 20;
/** A box whose length does not fit into 32 bits: 1 in their place, and 64 behind the name. */
const LONG_HEADER = 16;

/**
 * Writes the least MP4 of a size. Its frames are either sparse, zeros that take no room on disk, or different in every MiB,
 * so that no two parts of an upload are alike.
 */
export const writeFilm = async (path: string, size: number, { sparse = false } = {}): Promise<string> => {
  const least = isoMedia('mp42', { frames: 0 });
  const place = least.indexOf('mdat') - 4;
  const [head, tail] = [least.subarray(0, place), least.subarray(place + 8)];
  const length = size - head.length - tail.length;
  const header = Buffer.alloc(LONG_HEADER);
  header.writeUInt32BE(1, 0);
  header.write('mdat', 4);
  header.writeBigUInt64BE(BigInt(length), 8);
  const file = await open(path, 'w');
  await file.write(Buffer.concat([head, header]));
  if (!sparse) {
    for (let left = length - LONG_HEADER; left > 0; left -= MIB) {
      await file.write(Buffer.alloc(Math.min(MIB, left), (left / MIB) % 251));
    }
  }
  await file.write(tail, 0, tail.length, size - tail.length);
  await file.close();
  return sha256Of(path);
};

/** SHA-256 of a file, base64, read once. */
export const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest('base64');
};
