/** A file of the dashboard as it is served. */
export interface WebFile {
  readonly type: string;
  /** Compressed with gzip when the dashboard was built. */
  readonly packed: Uint8Array;
}

/** The document of the dashboard, and the hosts beside its own that it reaches. */
export interface WebShell extends WebFile {
  readonly etag: string;
  /** The caller has this version. */
  readonly isKnown: boolean;
  /** Where the files of the library are: thumbnails come from there, uploads go there. */
  readonly filesHost: string;
  readonly socketUrl: string;
}
