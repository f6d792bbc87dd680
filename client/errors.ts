import type { ErrorCode, Media, RealtimeErrorCode } from './api-types.ts';

/** Codes of the client itself, without an answer of the server. */
type OwnCode = 'NETWORK' | 'UNEXPECTED' | 'CONNECTION_LOST' | 'CLOSED' | 'UNREADABLE';

/**
 * The codes that an error can have. `HTTP_<status>` stands for an answer without a code; a storage that refuses bytes has its
 * own codes (`AccessDenied`), so other texts are possible.
 */
export type MediashelfErrorCode = ErrorCode | RealtimeErrorCode | OwnCode | `HTTP_${number}` | (string & {});

/** Any failure: a refusal of the API, a request without an answer, a changed file. */
export class MediashelfError extends Error {
  readonly code: MediashelfErrorCode;
  readonly status: number | null;
  /** Seconds after which the server expects the next try. */
  readonly retryAfter: number | null;
  /** The faults, by field. */
  readonly fields: readonly FieldFault[];
  /** The record as it is now, where the call was for another version of it (412). */
  readonly current: Media | null;

  constructor(
    code: MediashelfErrorCode,
    message: string,
    { status = null, retryAfter = null, fields = [], current = null, cause }: Facts = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MediashelfError';
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.fields = fields;
    this.current = current;
  }
}

export interface FieldFault {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Facts {
  readonly status?: number | null;
  readonly retryAfter?: number | null;
  readonly fields?: readonly FieldFault[];
  readonly current?: Media | null;
  readonly cause?: unknown;
}

/** A request without an answer. Its effect is unknown. */
export const unanswered = (cause: unknown): MediashelfError =>
  new MediashelfError('NETWORK', `No answer: ${cause instanceof Error ? reasonOf(cause) : cause}`, { cause });

/** The message of `fetch` only says that it failed, and the reason is in the cause. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code ?? message) : message;
