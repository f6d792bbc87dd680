import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Source } from '../source.ts';
import { putStream } from './put-stream.ts';

/** Large enough to read fast, small enough that hashing one blocks nothing else. */
const CHUNK = 256 * 1024;

export interface FileSourceOptions {
  /** Media type: a file system knows none. */
  readonly type: string;
  /** In place of the name on disk. */
  readonly name?: string;
}

/**
 * A file on disk. It is read in chunks, once for its hash and once for sending, and never held in memory; the crypto of Node
 * hashes a chunk in less time than passing it to a worker takes.
 */
export const fileSource = async (path: string, { type, name }: FileSourceOptions): Promise<Source> => {
  const { size, mtimeMs } = await stat(path);
  // A stream's `end` is the last byte that belongs to it.
  const read = (start: number, end: number) => createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK });
  return {
    name: name ?? basename(path),
    size,
    type,
    modified: Math.floor(mtimeMs),
    sha256: async ({ start, end }, { signal, onRead }) => {
      const hash = createHash('sha256');
      let bytes = 0;
      if (end > start) {
        for await (const chunk of read(start, end) as AsyncIterable<Buffer>) {
          signal.throwIfAborted();
          hash.update(chunk);
          bytes += chunk.length;
          onRead?.(bytes);
        }
      }
      return hash.digest('base64');
    },
    put: (request, { start, end }, options) => putStream(request, end - start, () => read(start, end), options),
  };
};
