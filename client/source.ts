/** A range of a file: `end` is the first byte after it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A request that was signed for exactly these bytes. */
export interface SignedPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The storage's answer to a PUT. */
export interface PutAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Its message for a refusal. */
  readonly text: string;
}

export interface PutOptions {
  readonly signal: AbortSignal;
  /** Called with the number of bytes of this request that were sent. */
  readonly onSent: (bytes: number) => void;
}

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** A file that can be uploaded: it hashes and sends any range of itself without ever being in memory as a whole. */
export interface Source {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  /** Milliseconds since 1970, if known: the upload of a changed file does not continue. */
  readonly modified: number | null;
  /** SHA-256, base64. */
  sha256(range: Range, options: HashOptions): Promise<string>;
  /** Throws a `MediashelfError` with the code `NETWORK` when no answer comes. */
  put(request: SignedPut, range: Range, options: PutOptions): Promise<PutAnswer>;
}

/** A connection that accepts no byte for so long counts as dead. */
export const IDLE_MS = 60_000;
