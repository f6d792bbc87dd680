/** The messages between the page and the worker. */
export interface HashRequest {
  readonly id: number;
  /** A reference: its bytes stay on disk. */
  readonly blob: Blob;
}

export type HashReply =
  | { readonly id: number; readonly read: number }
  | { readonly id: number; readonly digest: string }
  | { readonly id: number; readonly fault: string };
