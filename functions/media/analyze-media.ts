import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { bareMetadata, type FileMetadata } from '../domain/file-metadata.ts';
import { usualEnding } from '../domain/media-types.ts';
import type { MediaStore } from '../domain/ports.ts';
import { findMedia } from './find-media.ts';
import { type AnalyzedMedia, type ReadStoredDeps, readStored } from './read-stored.ts';

export interface AnalyzeMediaDeps extends ReadStoredDeps {
  readonly media: Pick<MediaStore, 'get'>;
}

/**
 * The embedded metadata of a record's file, locations included: for a caller outside of the record's team there is no such
 * record. It is read when the file is processed; for older files, and audio and video of older rules, on the first call, and
 * stored.
 */
export const analyzeMedia = (deps: AnalyzeMediaDeps) => {
  const read = readStored(deps);
  return async ({ input, principal }: Call<{ id: string }>): Promise<AnalyzedMedia> => {
    const record = await findMedia(deps.media, principal, input.id);
    // An external file is never fetched: its metadata comes from its author alone.
    if (record.externalUrl !== null) return { record, metadata: withFileType(bareMetadata(record.mimeType)) };
    const analyzed = await read(record);
    if (!analyzed) throw missing();
    return { ...analyzed, metadata: withFileType(analyzed.metadata) };
  };
};

/** Containers that several types share, by the endings that say nothing more. */
const SHARED_ENDINGS: readonly (string | null)[] = [null, 'cfb', 'zip', 'apng'];

/** Plain text shows no type, and Office before 2007 only shows its container: there the verified type determines the ending. */
const withFileType = (metadata: FileMetadata): FileMetadata =>
  SHARED_ENDINGS.includes(metadata.fileType)
    ? { ...metadata, fileType: usualEnding(metadata.contentType) ?? metadata.fileType }
    : metadata;

/** A call for some parts of the answer. */
export interface AnalyzeParts<Part extends string> {
  readonly id: string;
  readonly parts: readonly Part[];
}

/** An answer with the list of its requested parts. */
export interface AnalyzedParts<Part extends string> extends AnalyzedMedia {
  readonly parts: readonly Part[];
}

/** Passes the requested parts on to the dialect that renders the answer. */
export const analyzeParts =
  (analyze: ReturnType<typeof analyzeMedia>) =>
  async <Part extends string>({ input, principal }: Call<AnalyzeParts<Part>>): Promise<AnalyzedParts<Part>> => ({
    ...(await analyze({ input, principal })),
    parts: input.parts,
  });

const missing = (): MediaError => new MediaError('CONTENT_UNAVAILABLE', 'The file is missing');
