import type { Source } from '../source.ts';
import type { Hasher } from './hasher.ts';
import { putBlob } from './put-blob.ts';

/** A file that a user picked or dropped, or a page made. */
export const blobSource = (blob: Blob, name: string, hash: Hasher): Source => ({
  name,
  size: blob.size,
  type: blob.type,
  modified: blob instanceof File ? blob.lastModified : null,
  sha256: ({ start, end }, options) => hash(blob.slice(start, end), options),
  put: (request, { start, end }, options) => putBlob(request, blob.slice(start, end), options),
});
