/** A file for a browser. */
export interface Page {
  readonly type: string;
  readonly bytes: Uint8Array;
}
