import { MediaError } from './errors.ts';
import { type MediaRecord, type ObjectRef, stableAddress } from './media.ts';
import type { TextName } from './record-fields.ts';

/**
 * Versions of its file that a record keeps beside the current one. A version that shares another's object costs no byte of the
 * quota.
 */
export const MOST_LEFT_VERSIONS = 100;

/** The refusal to replace the file of a record that keeps as many versions as allowed. */
export const tooManyVersions = (most: number): MediaError =>
  new MediaError('CONFLICT', `A file of media keeps at most ${most} versions: they go by themselves in time`);

/** The fields that stay when the file of a record is replaced or removed: owner, texts, position in lists. */
type OfRecord =
  | 'id'
  | 'alias'
  | 'teamId'
  | 'userId'
  | 'state'
  | TextName
  | 'visibility'
  | 'tagIds'
  | 'addressName'
  | 'version'
  | 'createdAt'
  | 'updatedAt'
  | 'deletedAt';

/**
 * The fields of a record that are replaced with its file. The focal point is one: it is a point in one picture. Every new field
 * of `MediaRecord` is one of these, unless it is named above.
 */
export type MediaFile = Omit<MediaRecord, OfRecord>;

/** Whether a record has bytes, here or on another server. */
export const hasFile = ({ fileVersion, externalUrl }: Pick<MediaRecord, 'fileVersion' | 'externalUrl'>): boolean =>
  fileVersion !== null || externalUrl !== null;

/** The bytes that a record stores here; an external file stores none. */
export const storedBytes = ({ fileSize, externalUrl }: Pick<MediaRecord, 'fileSize' | 'externalUrl'>): number =>
  externalUrl === null ? fileSize : 0;

/** The address of a record's file; null for a record whose file was removed. */
export const fileAddress = (publicUrl: string, record: MediaRecord): string | null =>
  record.externalUrl ?? (record.fileVersion === null ? null : stableAddress(publicUrl, record));

/** Named one by one: other attributes of a record's item must not be copied, or they would later overwrite newer ones. */
const FILE_FIELDS = Object.keys({
  kind: true,
  filename: true,
  fileSize: true,
  mimeType: true,
  externalUrl: true,
  fileVersion: true,
  storedAs: true,
  width: true,
  height: true,
  duration: true,
  orientation: true,
  frames: true,
  pages: true,
  warnings: true,
  checksum: true,
  checksumAlgorithm: true,
  thumbhash: true,
  dominantColor: true,
  focalX: true,
  focalY: true,
  renditions: true,
  textAt: true,
} satisfies Record<keyof MediaFile, true>) as readonly (keyof MediaFile)[];

/** All fields that a restored file brings back. */
export const fileOf = (record: MediaFile): MediaFile =>
  Object.fromEntries(
    FILE_FIELDS.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])),
  ) as unknown as MediaFile;

/** A record with another file. It keeps the address that was given out before. */
export const withFile = (record: MediaRecord, file: MediaFile): MediaRecord => {
  const addressName = record.addressName ?? record.filename;
  return { ...record, storedAs: null, ...file, ...(addressName === file.filename ? {} : { addressName }) };
};

/**
 * A version of a record's file that the record gave up: replaced, removed, or that of a purged record. It references its object
 * until it is released; a version that can be restored has `file`.
 */
export interface RetainedVersion {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
  readonly place: ObjectRef;
  readonly fileSize: number;
  /** Absent if it cannot be restored. */
  readonly file?: MediaFile;
  readonly leftAt: string;
  /** When the sweep removes it. */
  readonly keptUntil: string;
  /** It is its record's file again. */
  readonly current?: boolean;
  /**
   * Its reference to the object is dropped. `last`: it was the last reference, and the object is removed; `shared`: others
   * remain.
   */
  readonly released?: 'last' | 'shared';
}

/** Whether a version counts among those that its record keeps: it references its object, and is not the current file again. */
export const isLeft = ({ current, released }: Pick<RetainedVersion, 'current' | 'released'>): boolean =>
  !current && !released;

/** Whether a version can be restored. */
export const isKept = (
  version: RetainedVersion,
  now: string,
): version is RetainedVersion & { readonly file: MediaFile } =>
  version.file !== undefined && isLeft(version) && version.keptUntil > now;

/** A record without its file. It keeps name, type and kind, so that people find it and give it another file. */
export const withoutFile = (record: MediaRecord): MediaRecord => {
  const none: Omit<MediaFile, 'filename' | 'mimeType' | 'kind'> = {
    fileSize: 0,
    externalUrl: null,
    fileVersion: null,
    storedAs: null,
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
