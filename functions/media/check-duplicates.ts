import type { Call } from '../domain/call.ts';
import type { SameNameAndSize } from '../library/duplicates.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';

export interface NamedSize {
  readonly filename: string;
  readonly fileSize: number;
}

export interface CheckDuplicates {
  readonly files: readonly NamedSize[];
}

export interface Duplicate extends NamedSize {
  readonly existing: readonly SameNameAndSize[];
}

export interface CheckDuplicatesDeps {
  readonly findByNameAndSize: (
    teamId: string,
    filename: string,
    fileSize: number,
  ) => Promise<readonly SameNameAndSize[]>;
}

/** Concurrent queries: 500 files take 32 rounds, and no caller uses all connections of a function. */
const CONCURRENT_QUERIES = 16;

/** The files that the team has already, by name and size, in the requested order; files without a match are left out. */
export const checkDuplicates =
  ({ findByNameAndSize }: CheckDuplicatesDeps) =>
  async ({ input, principal }: Call<CheckDuplicates>): Promise<readonly Duplicate[]> => {
    const keyOf = ({ filename, fileSize }: NamedSize): string => `${fileSize} ${filename}`;
    const distinct = new Map(input.files.map((file) => [keyOf(file), file]));
    const found = new Map<string, readonly SameNameAndSize[]>();
    await forEachConcurrently(CONCURRENT_QUERIES, distinct, async ([key, { filename, fileSize }]) => {
      found.set(key, await findByNameAndSize(principal.teamId, filename, fileSize));
    });
    return input.files
      .map(({ filename, fileSize }) => ({
        filename,
        fileSize,
        existing: found.get(keyOf({ filename, fileSize })) ?? [],
      }))
      .filter(({ existing }) => existing.length > 0);
  };
