import type { ByteSource } from './byte-source.ts';

export interface CacheOptions {
  /** Bytes that are fetched together. */
  readonly blockSize?: number;
  /** Blocks that are kept; the one that was not read for the longest time goes first. */
  readonly blocks?: number;
  /** Bytes that may be fetched in all; what would exceed it throws `ReadLimitError`. */
  readonly most?: number;
}

export interface CachedSource extends ByteSource {
  /** Bytes that were fetched so far. */
  readonly bytesRead: number;
}

/** A reader asked for more of a file than it may see. */
export class ReadLimitError extends Error {
  override readonly name = 'ReadLimitError';
}

const KIB = 1024;

/**
 * Puts blocks between a reader of small pieces and a source that is slow to ask: what lies together is fetched once, in
 * one request, also when it is asked for at the same time. Memory is `blocks * blockSize`, beside what one read returns.
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
      // A view of the run would keep all of it in memory for as long as one block is held.
      const block = run.then((bytes) => (first === last ? bytes : bytes.slice(offset, offset + blockSize)));
      held.set(index, block);
      block.catch(() => held.delete(index));
    }
  };

  /** Fetches what is missing between two blocks, each gap in one request, and answers all of them. */
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
      // Nonsense and what lies behind the end cost nothing; the source knows the words for both.
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
