/** One statement of a reference, and the test that proves it. */
export interface ConformanceRow {
  /** Method and path of the route table; `*` where the statement is about every route of the dialect. */
  readonly route: string;
  readonly statement: string;
  readonly test: string;
  readonly title: string;
}

/** Statements about one route that one test proves. */
export type Proof = readonly [route: string, title: string, ...statements: string[]];

/** The rows of everything that tests of one file prove. */
export const provenBy = (file: string, proofs: readonly Proof[]): readonly ConformanceRow[] =>
  proofs.flatMap(([route, title, ...statements]) =>
    statements.map((statement) => ({ route, statement, test: `test/${file}.test.ts`, title })),
  );

/** A statement for each name: `answers` with `id` and `url` is `answers id`, `answers url`. */
export const each = (what: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${what} ${name}`);
