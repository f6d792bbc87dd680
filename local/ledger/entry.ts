/** Units of the table or of one of its indexes, by name; the table itself is `table`. */
export type Units = Readonly<Record<string, number>>;

/** One thing that AWS charges for, as the runtime saw it. */
export type LedgerEntry =
  | {
      readonly kind: 'table';
      readonly by: string;
      readonly operation: string;
      readonly read: Units;
      readonly write: Units;
    }
  | {
      readonly kind: 's3';
      /** A function, or `client` for who was handed a signed address. */
      readonly by: string;
      readonly operation: string;
      readonly received: number;
      readonly sent: number;
    }
  | { readonly kind: 'invocation'; readonly by: string; readonly milliseconds: number; readonly memoryMb: number }
  /** Calls of SQS, Lambda, Secrets Manager, events and of the management of WebSockets. */
  | { readonly kind: 'call'; readonly by: string; readonly service: string; readonly operation: string }
  /** An invocation that has begun; the runtime rests when as many have ended. */
  | { readonly kind: 'begun'; readonly by: string };

/** Takes entries; one that is not kept costs nothing. */
export interface Ledger {
  note(entry: LedgerEntry): void;
}

/** A request to S3 and its answer. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly received: number;
  readonly sent: number;
}
