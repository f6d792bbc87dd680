import type { Answer } from '../api.ts';
import type { Source } from '../source.ts';

/**
 * What it takes to go on with an upload, later or elsewhere; plain JSON. Which parts have arrived is not in it: the server
 * knows that better.
 */
export interface UploadState {
  readonly version: 1;
  readonly uploadId: string;
  readonly mediaId: string;
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  /** Of the file, as it was; null where that is not known. */
  readonly modified: number | null;
  /** How the file is cut; null where one request carries it. */
  readonly layout: Layout | null;
  /** Whether parts come with a checksum: all of a file or none. */
  readonly checksums: boolean;
}

export interface Layout {
  readonly partSize: number;
  readonly partCount: number;
}

type Pending = Answer<'GET /api/v1/uploads'>['data'][number];

/**
 * The state of an upload as the server lists it, for a device that never saw it. Throws for one of unknown size: the
 * uploader that began it has to finish it.
 */
export const stateOfPending = (pending: Pending): UploadState => {
  if (pending.fileSize === null) throw new TypeError('The size of this upload is not known: go on where it was begun');
  return {
    version: 1,
    uploadId: pending.id,
    mediaId: pending.mediaId,
    filename: pending.filename,
    fileSize: pending.fileSize ?? 0,
    mimeType: pending.mimeType,
    modified: null,
    layout: pending.multipart ?? null,
    checksums: true,
  };
};

/** Whether a file is the one that an upload was begun with, as far as can be told without reading it. */
export const isStateOf = (state: UploadState, { name, size, modified }: Source): boolean =>
  state.version === 1 &&
  state.filename === name &&
  state.fileSize === size &&
  (state.modified === null || modified === null || state.modified === modified);

/** The bytes of one part. */
export const rangeOf = ({ partSize }: Layout, fileSize: number, partNumber: number) => ({
  start: (partNumber - 1) * partSize,
  end: Math.min(partNumber * partSize, fileSize),
});
