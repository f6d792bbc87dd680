/** A file that a browser is given. */
export interface Page {
  readonly type: string;
  readonly bytes: Uint8Array;
}
