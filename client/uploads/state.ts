import type { Answer } from '../api.ts';
import type { Source } from '../source.ts';

/** The state for continuing an upload, later or elsewhere; plain JSON. The stored parts are not in it: the server lists them. */
export interface UploadState {
  readonly version: 1;
  readonly uploadId: string;
  readonly mediaId: string;
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  /** Of the file, as it was; null where that is not known. */
  readonly modified: number | null;
  /** The layout of the parts; null if one request carries the file. */
  readonly layout: Layout | null;
  /** Whether parts have a checksum: all of a file or none. */
  readonly checksums: boolean;
}

export interface Layout {
  readonly partSize: number;
  readonly partCount: number;
}

type Pending = Answer<'GET /api/v1/uploads'>['data'][number];

/**
 * The state of an upload in the server's list, for a device that did not start it. Throws for one of unknown size: the uploader
 * that started it has to finish it.
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

/** Whether a file is the one of the upload, as far as its name, size and time show. */
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
