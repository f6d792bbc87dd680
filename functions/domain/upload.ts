import { MediaError } from './errors.ts';
import type { MediaKind, Visibility } from './media.ts';
import { LARGEST_PUT_BYTES, type PartAlgorithm, type PartLayout } from './parts.ts';
import type { NamedCredential } from './principal.ts';
import type { MediaTexts } from './record-fields.ts';

/**
 * The life of an upload session:
 *
 *     pending --bytes arrive--> processing --verified--> active
 *        |                          |
 *        +--> expired | deleted     +--> rejected (not what was declared) | failed (cannot be read)
 *
 * What is processing while its object goes away expires as well.
 *
 * Every arrow is one conditional write, so each is taken at most once however often its cause is reported.
 */
export type UploadStatus = 'pending' | 'processing' | 'active' | 'rejected' | 'failed' | 'expired' | 'deleted';

/** Statuses in which bytes may still become a record. */
export const OPEN_STATUSES = ['pending', 'processing'] as const satisfies readonly UploadStatus[];

/** Why a file did not become a record. */
export const REFUSAL_CODES = [
  'CONTENT_MISMATCH',
  'SIZE_MISMATCH',
  'CHECKSUM_MISMATCH',
  /** The object has headers that would change how the verified bytes are served. */
  'HEADERS_NOT_ALLOWED',
  'PIXEL_LIMIT',
  'ARCHIVE_LIMIT',
  /** A picture whose headers promise more scans, pieces or unpacked text than is accepted. */
  'WORK_LIMIT',
  'ENCRYPTED',
  'MALWARE',
  'SCAN_FAILED',
  'UNSUPPORTED',
  /** Not of the file: it was to replace another one, which another call replaced or removed meanwhile. */
  'OVERTAKEN',
  /** Not a fault of the file: the person or key that announced it may not upload it any more. */
  'NOT_PERMITTED',
  'DECODE_ERROR',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/**
 * How S3 assembles a large file; absent when one request carries it. The multipart upload of S3 is created when the first part
 * is signed. If the client splits the file, the layout is the finest possible: the least part size, and how many of those could
 * come.
 */
export interface MultipartPlan extends PartLayout {
  readonly uploadId: string | null;
  readonly algorithm: PartAlgorithm | null;
  readonly cutBy?: 'sender';
}

/** The parts that S3 had at the last look. */
export interface UploadProgress {
  readonly storedParts: number;
  readonly storedBytes: number;
  readonly at: string;
}

/** The file that an upload is to replace, as it was when the upload began. */
export interface ReplacedFile {
  readonly fileVersion: string | null;
}

/** A reserved place for one file: the client's declaration, the destination of the bytes and their state. */
export interface UploadSession extends MediaTexts {
  /** Also the file version: the last part of the object's key. */
  readonly id: string;
  readonly mediaId: string;
  readonly teamId: string;
  readonly userId: string;
  /** The credential of its announcement; the end of that ends the upload. */
  readonly by?: NamedCredential | undefined;
  /** The version of the login's password. Absent for a key, and in items from before this was stored. */
  readonly passwordVersion?: number;
  readonly kind: MediaKind;
  readonly filename: string;
  /** Bytes: the declared size, or (`sizeOpen`) the reserved size until the real one is known. */
  readonly fileSize: number;
  readonly sizeOpen?: true;
  /** The largest number of bytes that may come, if unknown part lengths reserve more than that. */
  readonly mostBytes?: number;
  readonly mimeType: string;
  /** Declared SHA-256, base64. */
  readonly sha256: string | null;
  readonly tagIds: readonly string[];
  readonly visibility: Visibility;
  readonly status: UploadStatus;
  readonly code: RefusalCode | null;
  readonly message: string | null;
  readonly multipart: MultipartPlan | null;
  /** The file is sent as a form, which is stored in the inbox. */
  readonly asForm?: true;
  /** Absent before the first request for parts, and if one PUT carries the file. */
  readonly progress?: UploadProgress;
  /** Set when `mediaId` is a record that has to be there already, and gets another file. */
  readonly replaces?: ReplacedFile;
  readonly createdAt: string;
  /** After this time the session takes no bytes. */
  readonly expiresAt: string;
}

/** A signed request lives this long; it can be signed again while the session is open. */
export const SIGNED_PUT_SECONDS = 300;
/** Time for a PUT that began in the last moment of its signature to arrive. */
export const ARRIVAL_GRACE_SECONDS = 900;
/** When the sweep first checks whether the bytes of a session arrived but their event was lost. */
export const FIRST_CHECK_SECONDS = 60;
/** When a file that still could not be processed, after the deadline of its session, becomes `failed`. */
export const PROCESSING_GIVEN_UP_SECONDS = 24 * 3600;
/** How long the original of an undecodable file is kept for its owner. */
export const FAILED_KEPT_SECONDS = 24 * 3600;
/** How long a finished session can still be read. */
export const SESSION_KEPT_SECONDS = 7 * 24 * 3600;

/** The refusal of a file that does not fit into the team's quota. */
export const noRoom = (quotaBytes: number): MediaError =>
  new MediaError('QUOTA_EXCEEDED', `The team's quota of ${quotaBytes} bytes leaves no room for this file`);

/** The refusal of a record beside as many as a team may have. */
export const noRecord = (quotaRecords: number): MediaError =>
  new MediaError('QUOTA_EXCEEDED', `The team's quota of ${quotaRecords} records leaves no room for another`);

/** Only the person can finish their open uploads; this is long enough that a waiting client does not retry in a loop. */
const OPEN_RETRY_SECONDS = 30;

/** The refusal of an upload when the person has too many unfinished ones. */
export const tooManyOpen = (most: number): MediaError =>
  new MediaError('RATE_LIMITED', `Too many open uploads: at most ${most}, finish or give up some first`, {
    retryAfter: OPEN_RETRY_SECONDS,
  });

/** The refusal of an upload when the person gave up too many within the hour, which the sweep still has to look at. */
export const tooManyGivenUp = (most: number, retryAfter: number): MediaError =>
  new MediaError('RATE_LIMITED', `Too many uploads given up: at most ${most} within an hour`, { retryAfter });

/** The refusal of a part of unknown length: S3 takes five GiB by a signature that does not name it. */
export const noRoomForPart = (quotaBytes: number): MediaError =>
  new MediaError(
    'QUOTA_EXCEEDED',
    `The team's quota of ${quotaBytes} bytes leaves no room for another part of unknown length, which may have ${LARGEST_PUT_BYTES} bytes: tell the size of the file`,
  );
