/** What a judge found. */
export interface Verdict {
  /** One line that says what was judged and how it ended. */
  readonly figure: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What is wrong, or what was skipped and why; one line each. */
  readonly lines: readonly string[];
}

/** Where a judge works, and what it may use. */
export interface Bench {
  /** A folder of this run alone, removed after it. */
  readonly folder: string;
  /** Where the programs of the virtual environment lie that the judges from PyPI are installed in. */
  readonly programs: string;
}

/** Judges the project by what others wrote. */
export type Judge = (bench: Bench) => Promise<Verdict>;
