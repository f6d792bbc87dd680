import type { FileStore } from '../files/file-store.ts';
import type { DueStore } from './due-store.ts';

/** The mark of the bucket, beside the prefixes of objects: the id of the table that its objects belong to. */
export const GENERATION_OBJECT = 'generation';

/** More than an id has. */
const MOST_MARK_BYTES = 100;

export interface GenerationDeps {
  readonly due: Pick<DueStore, 'generation' | 'beginGeneration' | 'adoptGeneration'>;
  readonly files: Pick<FileStore, 'readRange' | 'write'>;
}

/**
 * Throws unless table and bucket carry the same mark. An object without a record is removed because the table says so: a table
 * that was lost and made anew, or restored from another time, says so of objects that are still wanted.
 *
 *     table     bucket
 *     none      none      both are new: the table is marked, then the bucket
 *     a         none      the bucket is new, or a run ended in between: it is marked
 *     a         a         one library
 *     none, b   a         refused, until an operator restores the table or adopts the bucket
 */
export const expectSameGeneration = async ({ due, files }: GenerationDeps): Promise<void> => {
  const marked = await markOf(files);
  const own = await due.generation();
  if (marked === undefined) {
    const id = own ?? (await due.beginGeneration());
    return files.write(GENERATION_OBJECT, Buffer.from(id), 'text/plain');
  }
  if (own === marked) return;
  const table =
    own === undefined ? 'the table has no mark: it was made anew or restored' : `that of the table is ${own}`;
  throw new Error(
    `no object was removed: the bucket has the mark ${marked}, and ${table}. Restore the table; once no object is missed, adopt the bucket (see the runbook).`,
  );
};

/** Gives the table the mark of the bucket, on an operator's word. */
export const adoptBucket = async ({ due, files }: GenerationDeps): Promise<void> => {
  const marked = await markOf(files);
  if (marked !== undefined) await due.adoptGeneration(marked);
};

const markOf = async (files: GenerationDeps['files']): Promise<string | undefined> => {
  const bytes = await files.readRange(GENERATION_OBJECT, 0, MOST_MARK_BYTES);
  return bytes && Buffer.from(bytes).toString();
};
