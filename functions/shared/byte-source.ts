import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read on demand, so that a file of gigabytes can be examined without reading it whole. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** At most `length` bytes from `start`; fewer, or none, only at the end of the file. The result must not be changed. */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** A reader asked for bytes that no file has, or for too many: a hostile file led it there, and its storage is without fault. */
export class MisreadError extends RangeError {
  override readonly name: string = 'MisreadError';
}

/** The part of a read that is inside the file. Positions come from hostile files, so invalid ones end here. */
const inside = (size: number, start: number, length: number): { from: number; to: number } => {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || start < 0 || length < 0) {
    throw new MisreadError(`${length} bytes from ${start} cannot be read`);
  }
  const from = Math.min(start, size);
  return { from, to: Math.min(from + length, size) };
};

/** Bytes that are in memory already; nothing is copied. */
export const bufferSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, length) => {
    const { from, to } = inside(bytes.length, start, length);
    return bytes.subarray(from, to);
  },
});

const handleSource = (file: FileHandle, size: number): ByteSource => ({
  size,
  read: async (start, length) => {
    const { from, to } = inside(size, start, length);
    const bytes = Buffer.allocUnsafeSlow(to - from);
    let filled = 0;
    // One read may return less than requested, at 2 GiB at the latest.
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  },
});

/** Opens a local file for as long as `use` takes. */
export const withFileSource = async <T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> => {
  const file = await open(path);
  try {
    return await use(handleSource(file, (await file.stat()).size));
  } finally {
    await file.close();
  }
};

/** Reads `length` bytes from `start`; undefined when the object is gone. */
export interface RangedReads {
  readRange(key: string, start: number, length: number): Promise<Uint8Array | undefined>;
}

/**
 * An object of the bucket, by ranged GETs: each read is one request, so wrap it in `cachedSource`. `size` comes from the record
 * or a HEAD. Throws when the object is gone.
 */
export const storedSource = (files: RangedReads, key: string, size: number): ByteSource => ({
  size,
  read: async (start, length) => {
    const { from, to } = inside(size, start, length);
    if (from === to) return new Uint8Array();
    const bytes = await files.readRange(key, from, to - from);
    if (!bytes) throw new Error(`the object ${key} is gone`);
    return bytes;
  },
});
