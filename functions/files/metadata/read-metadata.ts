import { type FileTypeResult, fileTypeFromBuffer } from 'file-type';
import { bareMetadata, type FileMetadata, isSoundOrFilm } from '../../domain/file-metadata.ts';
import { kindOf } from '../../domain/media.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import type { Parts } from './read-in-sandbox.ts';

const MIB = 2 ** 20;

/** Bytes that a file's type is told from; those of Office stand behind the first entries of an archive. */
const HEAD = 64 * 1024;

/** A picture is read whole, since its parts may stand after its pixels; larger ones are not accepted anyway. */
export const MOST_OF_PICTURE = 64 * MIB;

export interface MetadataLimits {
  /** Milliseconds after which reading sound, film and PDF is given up. */
  readonly patience?: number;
}

const PATIENCE = 15_000;

/**
 * Reads what a file says of itself. Whatever the bytes are, the answer is metadata, if only a type; in bounded time and
 * memory. Pictures are read whole, all else in ranges. Throws only what `source` throws for its first bytes, or for a picture.
 */
export const readMetadata = async (
  source: ByteSource,
  mimeType: string,
  { patience = PATIENCE }: MetadataLimits = {},
): Promise<FileMetadata> => {
  const detected = await detectedIn(source, mimeType);
  return { ...bare(mimeType, detected), ...(await partsOf(source, mimeType, patience)) };
};

/** Metadata that says no more than the type. */
export const bareOf = async (source: ByteSource, mimeType: string): Promise<FileMetadata> =>
  bare(mimeType, await detectedIn(source, mimeType));

/** What the first bytes show. A text that begins with "GIF" is one all the same. */
const detectedIn = async (source: ByteSource, mimeType: string): Promise<FileTypeResult | undefined> => {
  if (mimeType.startsWith('text/')) return undefined;
  return fileTypeFromBuffer(await source.read(0, HEAD)).catch(() => undefined);
};

const bare = (mimeType: string, detected: FileTypeResult | undefined): FileMetadata =>
  bareMetadata(shownType(mimeType, detected?.mime), detected?.ext ?? null);

/** Types that many others are made of; the declared one was verified, and says more. */
const SAYS_LITTLE = new Set(['application/zip', 'application/x-cfb', 'image/apng']);

const shownType = (declared: string, detected: string | undefined): string =>
  detected === undefined || SAYS_LITTLE.has(detected) ? declared : (detected.split(';')[0] ?? detected);

/**
 * The readers are loaded when the first file of their kind comes. It is the verified type that decides, by which the caller
 * has chosen where this runs as well: what only looks like a picture never meets a decoder of pictures.
 */
const partsOf = async (source: ByteSource, mimeType: string, patience: number): Promise<Parts> => {
  if (kindOf(mimeType) === 'image') {
    if (source.size > MOST_OF_PICTURE) return undefined;
    return (await import('./picture-metadata.ts')).readPicture(source);
  }
  const reader = mimeType === 'application/pdf' ? 'pdf' : isSoundOrFilm(mimeType) ? 'sound-or-film' : undefined;
  return reader && (await import('./read-in-sandbox.ts')).readInSandbox(reader, source, patience);
};
