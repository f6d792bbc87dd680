import type { Libraries } from './libraries.ts';
import type { BenchRow } from './table.ts';

/** How much is measured: `quick` only shows that everything works. */
export interface Scope {
  readonly quick: boolean;
  /** Prints progress to a person who waits. */
  readonly say: (message: string) => void;
  /** A small and a large library, filled when the first subject asks and shared by all: filling takes longer than measuring. */
  readonly libraries: () => Promise<Libraries>;
}

/** One subject of the benchmark: measures and answers its rows. */
export type Subject = (scope: Scope) => Promise<readonly BenchRow[]>;
