import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Source } from '../source.ts';
import { putStream } from './put-stream.ts';

/** Bytes that a program has in a `Blob` or `File`. */
export const blobSource = (blob: Blob, name: string): Source => ({
  name,
  size: blob.size,
  type: blob.type,
  modified: null,
  sha256: async ({ start, end }, { signal, onRead }) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of blob.slice(start, end).stream() as unknown as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      onRead?.(bytes);
    }
    return hash.digest('base64');
  },
  put: (request, { start, end }, options) =>
    putStream(request, end - start, () => Readable.fromWeb(blob.slice(start, end).stream() as never), options),
});
