import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How the folders begin that hold the files of a form while they are verified. */
export const SPOOL_PREFIX = 'upload-';

/** A received file on the function's own disk. */
export interface Spooled {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, base64. */
  readonly sha256: string;
}

/** So often the disk is asked: all forms at once bring less between two answers than is kept free. */
const ASKED_EVERY_BYTES = 16 * 1024 * 1024;

/**
 * Writes a stream to a file as it arrives. Undefined when it has more than `limit` bytes; it stops at that point. `expectDisk`
 * throws when the disk is full.
 */
export const spool = async (
  body: Readable,
  path: string,
  limit: number,
  expectDisk: () => Promise<void> = async () => undefined,
): Promise<Spooled | undefined> => {
  const hash = createHash('sha256');
  let size = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  const overrun = new Error('over the limit');
  const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) throw overrun;
      if (size - askedAt >= ASKED_EVERY_BYTES) {
        await expectDisk();
        askedAt = size;
      }
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(body, counted, createWriteStream(path));
  } catch (error) {
    if (error === overrun) return undefined;
    throw error;
  }
  return { path, size, sha256: hash.digest('base64') };
};

/** The first bytes of a file. */
export const headOf = async ({ path, size }: Spooled, most: number): Promise<Uint8Array> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, most)), 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};
