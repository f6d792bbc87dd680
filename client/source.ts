/** A stretch of a file: `end` is the first byte that does not belong to it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A request that was signed for exactly these bytes. */
export interface SignedPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a storage answered to a PUT. */
export interface PutAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** What it says where it refuses. */
  readonly text: string;
}

export interface PutOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes of this request are on their way. */
  readonly onSent: (bytes: number) => void;
}

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** A file that can be uploaded: it hashes and sends any stretch of itself without ever being in memory as a whole. */
export interface Source {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  /** Milliseconds since 1970, where it is known: a file that was changed is not gone on with. */
  readonly modified: number | null;
  /** SHA-256, base64. */
  sha256(range: Range, options: HashOptions): Promise<string>;
  /** Throws a `MediashelfError` of the code `NETWORK` when no answer comes. */
  put(request: SignedPut, range: Range, options: PutOptions): Promise<PutAnswer>;
}

/** After so long without a byte being taken, a connection is taken for dead. */
export const IDLE_MS = 60_000;
