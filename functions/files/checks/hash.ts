import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface DigestOptions {
  /** The announced number of bytes; one more ends the reading. */
  readonly size: number;
  /** At most so many bytes, from the first, are kept for inspection. */
  readonly keep: number;
  /** Sees every piece as it passes. */
  readonly observe?: (chunk: Buffer) => void;
}

export interface Digest {
  /** SHA-256 of all bytes, base64; of no meaning when `overrun`. */
  readonly checksum: string;
  /** Bytes read. */
  readonly size: number;
  /** The first bytes; all of them when `whole`. */
  readonly head: Buffer;
  readonly whole: boolean;
  /** The stream had more than the announced bytes and was stopped. */
  readonly overrun: boolean;
}

/**
 * Reads a stream once: its SHA-256, its length, and its first bytes in one buffer.
 *
 * Memory is `min(size, keep)` for any stream. An error of the stream is thrown on: it is not a fault of the file.
 */
export const digestStream = async (body: Readable, { size, keep, observe }: DigestOptions): Promise<Digest> => {
  const hash = createHash('sha256');
  const head = Buffer.allocUnsafeSlow(Math.min(size, keep));
  let read = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk);
    observe?.(chunk);
    if (read < head.length) chunk.copy(head, read);
    read += chunk.length;
    if (read > size) break;
  }
  return {
    checksum: hash.digest('base64'),
    size: read,
    head: head.subarray(0, read),
    whole: read <= head.length,
    overrun: read > size,
  };
};
