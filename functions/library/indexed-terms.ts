/** The indexed terms of one record, and its position in the lists. */
export interface IndexedTerms {
  readonly teamId: string;
  readonly terms: readonly string[];
  /** The version of the rules that made the terms; absent for the first. */
  readonly rules?: number | undefined;
  /** The name that entries were written by: some of them say that their term is not of the name. */
  readonly filename?: string | undefined;
  /** Kind and sort keys as the entries have them; empty while a change of several transactions is running. */
  readonly place: string;
  /** The generation of ranks in which the record is counted at its place. */
  readonly ranked?: string | undefined;
  /** Changes with every write; a reader of an older one starts over. */
  readonly turn: string;
}
