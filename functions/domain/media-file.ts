import { type MediaRecord, stableAddress } from './media.ts';

/** What stays when the file of a record is replaced or removed: whose it is, what people say of it, where it stands. */
type OfRecord =
  | 'id'
  | 'alias'
  | 'teamId'
  | 'userId'
  | 'state'
  | 'title'
  | 'alt'
  | 'caption'
  | 'description'
  | 'visibility'
  | 'tagIds'
  | 'addressName'
  | 'version'
  | 'createdAt'
  | 'updatedAt'
  | 'deletedAt';

/**
 * What follows from the file of a record and goes with it. The focal point belongs here: it is a place in one picture.
 * Every field that `MediaRecord` gains is one of these, unless it is named above.
 */
export type MediaFile = Omit<MediaRecord, OfRecord>;

/** Whether there are bytes behind a record, here or elsewhere. */
export const hasFile = ({ fileVersion, externalUrl }: Pick<MediaRecord, 'fileVersion' | 'externalUrl'>): boolean =>
  fileVersion !== null || externalUrl !== null;

/** The bytes that a record takes up here; a file elsewhere takes none. */
export const storedBytes = ({ fileSize, externalUrl }: Pick<MediaRecord, 'fileSize' | 'externalUrl'>): number =>
  externalUrl === null ? fileSize : 0;

/** Where the file of a record can be had; null for a record whose file was removed. */
export const fileAddress = (publicUrl: string, record: MediaRecord): string | null =>
  record.externalUrl ?? (record.fileVersion === null ? null : stableAddress(publicUrl, record));

/** A record with another file. The address that was given out before stays the one that is given out. */
export const withFile = (record: MediaRecord, file: MediaFile): MediaRecord => {
  const addressName = record.addressName ?? record.filename;
  return { ...record, ...file, ...(addressName === file.filename ? {} : { addressName }) };
};

/** A record without its file. It keeps name, type and kind, by which people find it again and give it another one. */
export const withoutFile = (record: MediaRecord): MediaRecord => {
  const none: Omit<MediaFile, 'filename' | 'mimeType' | 'kind'> = {
    fileSize: 0,
    externalUrl: null,
    fileVersion: null,
    width: null,
    height: null,
    duration: null,
    orientation: null,
    frames: null,
    pages: null,
    checksum: null,
    checksumAlgorithm: null,
    thumbhash: null,
    dominantColor: null,
    focalX: null,
    focalY: null,
    warnings: [],
    renditions: {},
  };
  return { ...record, ...none };
};
