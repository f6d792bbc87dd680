/** Anything that did not go as it was asked for: a refusal of the API, a request that got no answer, a file that changed. */
export class MediashelfError extends Error {
  /** The API's own word (`TOO_LARGE`, `CONFLICT`, ...), `HTTP_<status>` where it gave none, `NETWORK` where nobody answered. */
  readonly code: string;
  readonly status: number | null;
  /** Seconds after which the server expects the next try. */
  readonly retryAfter: number | null;
  /** What is wrong with which field. */
  readonly fields: readonly FieldFault[];

  constructor(code: string, message: string, { status = null, retryAfter = null, fields = [], cause }: Facts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MediashelfError';
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.fields = fields;
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
  readonly cause?: unknown;
}

/** A request that got no answer. What became of it is not known. */
export const unanswered = (cause: unknown): MediashelfError =>
  new MediashelfError('NETWORK', `No answer: ${cause instanceof Error ? reasonOf(cause) : cause}`, { cause });

/** `fetch` says no more than that it failed, and keeps the reason in the cause. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code ?? message) : message;
