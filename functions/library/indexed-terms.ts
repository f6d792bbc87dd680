/** What the index holds of one record: exactly these terms, under this place. */
export interface IndexedTerms {
  readonly teamId: string;
  readonly terms: readonly string[];
  /** The rules that made the terms; there is none where the first did. */
  readonly rules?: number | undefined;
  /** The name that entries were written by: some of them say that their term is not of the name. */
  readonly filename?: string | undefined;
  /** Kind and sort keys as the entries have them; empty while a long change is under way. */
  readonly place: string;
  /** The generation of ranks in which the record is counted at its place. */
  readonly ranked?: string | undefined;
  /** Changes with every write; a reader of an older one starts over. */
  readonly turn: string;
}
