import type { MediaRecord } from './media.ts';
import type { Scope } from './scopes.ts';

/** Every refusal that the product knows, with the HTTP status that all dialects answer. */
export const STATUS = {
  VALIDATION: 400,
  UNKNOWN_FIELD: 400,
  INVALID_JSON: 400,
  EMPTY_FILE: 400,
  NO_FILES: 400,
  FILE_REFUSED: 400,
  AMBIGUOUS_CREDENTIALS: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  CROSS_SITE: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  CONTENT_UNAVAILABLE: 409,
  MAIL_OFF: 409,
  UPLOAD_EXPIRED: 410,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  QUOTA_EXCEEDED: 413,
  TYPE_NOT_ALLOWED: 415,
  KEY_REUSED: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  BUSY: 503,
  UPLOADS_OFF: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof STATUS;

/** One thing that is wrong with one field, in the form of a zod issue. */
export interface FieldError {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly [bound: string]: unknown;
}

export interface MediaErrorOptions {
  readonly cause?: unknown;
  readonly fields?: readonly FieldError[];
  /** Seconds after which a retry makes sense (429, 503). */
  readonly retryAfter?: number;
  /** The scope that was missing (403). */
  readonly scope?: Scope;
  /** The record as it is now, where a call was for another version of it (412). Absent for a caller who may not see it. */
  readonly current?: MediaRecord | undefined;
}

/** A refusal that the caller may see. Any other exception is a bug and answered as a plain 500. */
export class MediaError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfter: number | undefined;
  readonly scope: Scope | undefined;
  readonly current: MediaRecord | undefined;

  constructor(code: ErrorCode, message: string, options: MediaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MediaError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfter = options.retryAfter;
    this.scope = options.scope;
    this.current = options.current;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** The same answer for a missing id and for one that the caller may not see. */
export const notFound = (what = 'Media'): MediaError => new MediaError('NOT_FOUND', `${what} not found`);

/** Whether an error says that a disk has no room: of this process, of the storage, or of the engine of the table. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === 'ENOSPC' ||
    error.name === 'InsufficientStorage' ||
    error.message.includes('database or disk is full'));

/** The refusal while a disk has no room. AWS has room: this is of a local library, or of other storage with the same API. */
export const diskFull = (cause?: unknown): MediaError =>
  new MediaError('BUSY', 'The disk of this library is full: delete media, or make room', { cause, retryAfter: 30 });

/** The answer to a form without its file; a file in another field is mentioned. */
export const noFiles = (field: string, elsewhere: readonly string[] = []): MediaError => {
  const others =
    elsewhere.length > 0 ? `, not in ${elsewhere.map((name) => `'${name.slice(0, 100)}'`).join(', ')}` : '';
  const message = `No files uploaded: send them in the field '${field}'${others}`;
  return new MediaError('NO_FILES', message, { fields: [{ code: 'NO_FILES', path: [field], message }] });
};

/** A file is stored and its record is not: a fault, not a refusal; each API may use its own message. */
export class UnrecordedError extends Error {
  constructor(cause: unknown) {
    super('A file was stored and its record could not be written', { cause });
    this.name = 'UnrecordedError';
  }
}
