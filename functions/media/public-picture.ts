import { hash } from 'node:crypto';
import type { FileStore } from '../files/file-store.ts';
import type { FilePermit } from './drawn-content.ts';

/** A picture of a public record, the same for all callers, so that the edge can keep it. */
export interface PublicPicture {
  readonly etag: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  /** None for a caller who has this version. */
  readonly bytes: Uint8Array | undefined;
}

interface AskedPicture {
  readonly permit: FilePermit;
  /** Of an original, in bytes; that of a drawn picture is only known once it was read. */
  readonly size: number | undefined;
  /** The versions that the caller has; `*` is any. */
  readonly known: readonly string[];
}

/** Lambda answers 6 MB, and base64 adds a third. */
export const LARGEST_PICTURE = 4 * 1024 * 1024;

/** The object of a key never changes, so nothing has to be read to know its version. */
const etagOf = ({ key, contentType, contentDisposition }: FilePermit): string =>
  `"${hash('sha256', JSON.stringify([key, contentType, contentDisposition]), 'base64url').slice(0, 22)}"`;

/**
 * Reads a public picture; undefined for what the edge does not get: films, documents, pictures above 4 MB, and what is missing
 * at S3. Those are read at S3, by a signed address.
 */
export const publicPicture = async (
  { files }: { readonly files: Pick<FileStore, 'readRange'> },
  { permit, size = 0, known }: AskedPicture,
): Promise<PublicPicture | undefined> => {
  const { key, contentType, contentDisposition } = permit;
  if (!contentType.startsWith('image/') || size > LARGEST_PICTURE) return undefined;
  const etag = etagOf(permit);
  const described = { etag, contentType, contentDisposition };
  if (known.includes(etag) || known.includes('*')) return { ...described, bytes: undefined };
  const bytes = await files.readRange(key, 0, LARGEST_PICTURE + 1);
  return bytes && bytes.length <= LARGEST_PICTURE ? { ...described, bytes } : undefined;
};
