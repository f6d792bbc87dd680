import { type FileTypeResult, fileTypeFromBuffer } from 'file-type';
import { bareMetadata, type FileMetadata, isSoundOrFilm } from '../../domain/file-metadata.ts';
import { kindOf } from '../../domain/media.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import type { Parts } from './read-in-sandbox.ts';

const MIB = 2 ** 20;

/** Bytes for detecting a file's type; those of Office are after the first entries of an archive. */
const HEAD = 64 * 1024;

/** A picture is read whole, since its metadata may follow its pixels; larger ones are not accepted anyway. */
export const MOST_OF_PICTURE = 64 * MIB;

export interface MetadataLimits {
  /** Milliseconds after which reading audio, video and PDF is ended. */
  readonly patience?: number;
}

const PATIENCE = 15_000;

/**
 * Reads the embedded metadata of a file. For any bytes, the answer is metadata, if only a type; in bounded time and memory.
 * Pictures are read whole, all else in ranges. Throws only the errors of `source` for its first bytes, or for a picture.
 */
export const readMetadata = async (
  source: ByteSource,
  mimeType: string,
  { patience = PATIENCE }: MetadataLimits = {},
): Promise<FileMetadata> => {
  const detected = await detectedIn(source, mimeType);
  return { ...bare(mimeType, detected), ...(await partsOf(source, mimeType, patience)) };
};

/** Metadata with only the type. */
export const bareOf = async (source: ByteSource, mimeType: string): Promise<FileMetadata> =>
  bare(mimeType, await detectedIn(source, mimeType));

/** The type by the first bytes. A text that begins with "GIF" is detected as one. */
const detectedIn = async (source: ByteSource, mimeType: string): Promise<FileTypeResult | undefined> => {
  if (mimeType.startsWith('text/')) return undefined;
  return fileTypeFromBuffer(await source.read(0, HEAD)).catch(() => undefined);
};

const bare = (mimeType: string, detected: FileTypeResult | undefined): FileMetadata =>
  bareMetadata(shownType(mimeType, detected?.mime), detected?.ext ?? null);

/** Containers of many types; the declared one was verified, and is more exact. */
const SAYS_LITTLE = new Set(['application/zip', 'application/x-cfb', 'image/apng']);

const shownType = (declared: string, detected: string | undefined): string =>
  detected === undefined || SAYS_LITTLE.has(detected) ? declared : (detected.split(';')[0] ?? detected);

/**
 * The readers are loaded when the first file of their kind comes. The verified type decides, by which the caller has also
 * chosen where this runs: a file that only looks like a picture never reaches a decoder of pictures.
 */
const partsOf = async (source: ByteSource, mimeType: string, patience: number): Promise<Parts> => {
  if (kindOf(mimeType) === 'image') {
    if (source.size > MOST_OF_PICTURE) return undefined;
    return (await import('./picture-metadata.ts')).readPicture(source);
  }
  const reader = mimeType === 'application/pdf' ? 'pdf' : isSoundOrFilm(mimeType) ? 'sound-or-film' : undefined;
  return reader && (await import('./read-in-sandbox.ts')).readInSandbox(reader, source, patience);
};
