import type { FileMetadata } from './file-metadata.ts';
import type { MediaKind, MediaRecord, MediaState, StoredChecksum, Visibility } from './media.ts';
import type { MediaFile, RetainedVersion } from './media-file.ts';
import type { MediaTexts } from './record-fields.ts';
import type { Quota } from './settings.ts';
import type { CountedTag } from './tag.ts';
import type { RefusalCode, UploadSession } from './upload.ts';

/** Injected, in seconds and milliseconds, so that tests control time. */
export type Clock = () => Date;

export type OrderBy = 'createdAt' | 'filename' | 'fileSize';

export interface ListOrder {
  readonly orderBy: OrderBy;
  readonly orderDir: 'asc' | 'desc';
}

export interface ListQuery extends ListOrder {
  /** Records of all these teams, in one order. */
  readonly teamIds: readonly string[];
  readonly state: MediaState;
  readonly kind?: MediaKind | undefined;
  /** Only records with the one tag that is named for a team. */
  readonly tags?: readonly CountedTag[] | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface MediaPage {
  readonly items: readonly MediaRecord[];
  readonly total: number;
  /** The start of the next page; null on the last. */
  readonly next: string | null;
}

export interface MediaEdit extends Partial<MediaTexts> {
  readonly visibility?: Visibility | undefined;
  readonly focalX?: number | null | undefined;
  readonly focalY?: number | null | undefined;
}

/** Records of the library. Every write is conditional; after a lost race a write does not throw but answers the present state. */
export interface MediaStore {
  get(id: string): Promise<MediaRecord | undefined>;
  list(query: ListQuery): Promise<MediaPage>;
  /** Creates a record for an external file, within a limit of records; throws `QUOTA_EXCEEDED`. */
  create(record: MediaRecord, mostRecords: number): Promise<void>;
  /** Undefined when the record is not active (any more), or has none of these `versions`. */
  edit(id: string, edit: MediaEdit, at: string, versions?: readonly number[]): Promise<MediaRecord | undefined>;
  /** False when the record was not active. `fileVersion`, when given, must still be the current one. */
  softDelete(record: MediaRecord, at: string, purgeAt: string): Promise<boolean>;
  /** Restores a record from the trash. False when it is not there (any more). */
  restore(record: MediaRecord, at: string): Promise<boolean>;
  /** Takes the file off a record that has one. False when it is not active, or has another file by now. */
  removeFile(record: MediaRecord, at: string): Promise<boolean>;
  /**
   * Restores a version of a record's file and keeps the current one until `keptUntil`. False when the record is not active, has
   * another file by now, or the version is no longer kept.
   */
  restoreVersion(
    record: MediaRecord,
    version: RetainedVersion & { readonly file: MediaFile },
    at: string,
    keptUntil: string,
  ): Promise<boolean>;
  /** The refusal of the upload that was to become this record, if it was refused. */
  refusal(mediaId: string): Promise<{ teamId: string; code: RefusalCode } | undefined>;
}

/** Upload sessions and the quota that they reserve. */
export interface UploadStore {
  /**
   * Reserves quota and stores the session in one step; throws `QUOTA_EXCEEDED`, and `RATE_LIMITED` when the person has
   * `mostOpen` unfinished uploads.
   */
  open(session: UploadSession, quota: Quota, mostOpen?: number): Promise<void>;
  get(id: string): Promise<UploadSession | undefined>;
  /**
   * Sets the size of an upload whose size was open, and returns the quota that was reserved beyond it. Answers the session with
   * its size; undefined when it is no longer open.
   */
  settleSize(session: UploadSession, bytes: number): Promise<UploadSession | undefined>;
  /** pending -> processing. False when the session is no longer open. */
  begin(session: Pick<UploadSession, 'id' | 'userId' | 'by'>): Promise<boolean>;
  /** -> active, with the record, the quota and the counters. False when the session is no longer open. */
  complete(session: UploadSession, record: MediaRecord, at: string, metadata?: FileMetadata): Promise<boolean>;
  /**
   * -> active: gives `record` another file and updates the quota and the counters; the former file is kept until `keptUntil`.
   * False when the session is no longer open, or the record has another file by now.
   */
  replace(
    session: UploadSession,
    record: MediaRecord,
    file: MediaFile,
    at: string,
    keptUntil: string,
  ): Promise<boolean>;
  /** -> rejected or failed. False when the session is no longer open. */
  refuse(session: UploadSession, refusal: Refusal, at: Date): Promise<boolean>;
  /**
   * pending -> deleted, or pending or processing -> expired; returns the quota. False when the session had no such status. An
   * upload that is processing expires when its object was removed, or when it came too late, which `why` says.
   */
  close(
    session: UploadSession,
    status: 'expired' | 'deleted',
    at: Date,
    why?: Pick<UploadSession, 'code' | 'message'>,
  ): Promise<boolean>;
}

export interface Refusal {
  readonly status: 'rejected' | 'failed';
  readonly code: RefusalCode;
  readonly message: string;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly contentType: string;
  /** Headers of the object that none of our requests set; S3 sends most of them with every read. */
  readonly carries?: readonly string[] | undefined;
  readonly lastModified?: Date | undefined;
  /** The checksum that S3 has of an object that it joined from parts. */
  readonly checksum?: { readonly algorithm: StoredChecksum; readonly value: string } | undefined;
}

export interface SignedRequest {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
