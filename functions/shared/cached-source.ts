import { type ByteSource, MisreadError } from './byte-source.ts';

export interface CacheOptions {
  /** Bytes that are fetched together. */
  readonly blockSize?: number;
  /** Blocks in the cache; the least recently used is dropped first. */
  readonly blocks?: number;
  /** The most bytes to fetch in all; a read beyond it throws `ReadLimitError`. */
  readonly most?: number;
}

export interface CachedSource extends ByteSource {
  /** Bytes that were fetched so far. */
  readonly bytesRead: number;
}

/** A reader requested more of a file than its limit. */
export class ReadLimitError extends MisreadError {
  override readonly name = 'ReadLimitError';
}

const KIB = 1024;

/**
 * Caches blocks between a reader of small pieces and a slow source: neighbouring blocks are fetched once, in one request, also
 * for concurrent reads. Memory is `blocks * blockSize`, plus the result of one read.
 */
export const cachedSource = (
  source: ByteSource,
  { blockSize = 256 * KIB, blocks = 32, most = Number.POSITIVE_INFINITY }: CacheOptions = {},
): CachedSource => {
  const held = new Map<number, Promise<Uint8Array>>();
  let bytesRead = 0;

  const fetchRun = (first: number, last: number): void => {
    const start = first * blockSize;
    const length = Math.min((last + 1) * blockSize, source.size) - start;
    if (bytesRead + length > most) throw new ReadLimitError(`more than ${most} bytes of a file were asked for`);
    bytesRead += length;
    const run = source.read(start, length);
    for (let index = first; index <= last; index += 1) {
      const offset = (index - first) * blockSize;
      // A view of the fetched range would keep all of it in memory as long as one block is cached.
      const block = run.then((bytes) => (first === last ? bytes : bytes.slice(offset, offset + blockSize)));
      held.set(index, block);
      block.catch(() => held.delete(index));
    }
  };

  /** Fetches the missing blocks between two, each gap in one request, and answers all of them. */
  const span = (first: number, last: number): readonly Promise<Uint8Array>[] => {
    for (let index = first; index <= last; index += 1) {
      if (held.has(index)) continue;
      let end = index;
      while (end < last && !held.has(end + 1)) end += 1;
      fetchRun(index, end);
    }
    return Array.from({ length: last - first + 1 }, (_, position) => {
      const block = held.get(first + position) as Promise<Uint8Array>;
      held.delete(first + position);
      held.set(first + position, block);
      return block;
    });
  };

  return {
    size: source.size,
    get bytesRead() {
      return bytesRead;
    },
    read: async (start, length) => {
      const end = Math.min(start + length, source.size);
      // Invalid reads and reads beyond the end cost nothing; the source has the error for both.
      if (!(start >= 0 && end > start && Number.isSafeInteger(start) && Number.isSafeInteger(length))) {
        return source.read(start, length);
      }
      const first = Math.floor(start / blockSize);
      const wanted = span(first, Math.floor((end - 1) / blockSize));
      for (const oldest of held.keys()) {
        if (held.size <= blocks) break;
        held.delete(oldest);
      }
      const found = await Promise.all(wanted);
      const [only] = found;
      const offset = start - first * blockSize;
      if (found.length === 1 && only) return only.subarray(offset, offset + (end - start));
      return Buffer.concat(found).subarray(offset, offset + (end - start));
    },
  };
};
