import { MediaError } from './errors.ts';
import { type MediaRecord, type ObjectRef, stableAddress } from './media.ts';
import type { TextName } from './record-fields.ts';

/** Versions of its file that a record keeps beside the one it has. One that shares the object of another costs no byte of the quota. */
export const MOST_LEFT_VERSIONS = 100;

/** The refusal of another file to a record that keeps as many versions as it may. */
export const tooManyVersions = (most: number): MediaError =>
  new MediaError('CONFLICT', `A file of media keeps at most ${most} versions: they go by themselves in time`);

/** What stays when the file of a record is replaced or removed: whose it is, what people say of it, where it stands. */
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

/** Named one by one: what else lies beside a record in its item must not come along, and be written over one later. */
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

/** What a record is of its file: all that would have to come back with the file. */
export const fileOf = (record: MediaFile): MediaFile =>
  Object.fromEntries(
    FILE_FIELDS.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])),
  ) as unknown as MediaFile;

/** A record with another file. The address that was given out before stays the one that is given out. */
export const withFile = (record: MediaRecord, file: MediaFile): MediaRecord => {
  const addressName = record.addressName ?? record.filename;
  return { ...record, storedAs: null, ...file, ...(addressName === file.filename ? {} : { addressName }) };
};

/**
 * A version of a record's file that was left: replaced, removed, or that of a record on its way out. It holds its object
 * until it is released; what is kept to be brought back says so by its `file`.
 */
export interface RetainedVersion {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
  readonly place: ObjectRef;
  readonly fileSize: number;
  /** Absent where nothing shall bring it back. */
  readonly file?: MediaFile;
  readonly leftAt: string;
  /** When the sweep removes it. */
  readonly keptUntil: string;
  /** Its record has it again. */
  readonly current?: boolean;
  /** It holds its object no more. `last`: no other holder is left, and the object goes; `shared`: others are. */
  readonly released?: 'last' | 'shared';
}

/** Whether a version counts among those that its record keeps: it holds its object, and is not the file of the record again. */
export const isLeft = ({ current, released }: Pick<RetainedVersion, 'current' | 'released'>): boolean =>
  !current && !released;

/** Whether a version can be brought back. */
export const isKept = (
  version: RetainedVersion,
  now: string,
): version is RetainedVersion & { readonly file: MediaFile } =>
  version.file !== undefined && isLeft(version) && version.keptUntil > now;

/** A record without its file. It keeps name, type and kind, by which people find it again and give it another one. */
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
