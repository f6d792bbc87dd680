import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';

export interface BulkDelete {
  readonly ids: readonly string[];
}

export interface BulkDeleted {
  readonly deleted: readonly string[];
}

/** Records that are deleted side by side; they meet at the counters of their team. */
const CONCURRENCY = 4;
/** Ids that a caller may not delete, foreign, missing or forbidden, are skipped, and the others are deleted. */
const PASSED_OVER: readonly string[] = ['NOT_FOUND', 'FORBIDDEN'];

type DeleteOne = (call: Call<{ id: string }>) => Promise<void>;

/** Deletes records one by one; answers the deleted ids, once each. */
export const bulkDelete =
  (deleteOne: DeleteOne) =>
  async ({ input, principal }: Call<BulkDelete>): Promise<BulkDeleted> => {
    const deleted: string[] = [];
    await forEachConcurrently(CONCURRENCY, new Set(input.ids), async (id) => {
      try {
        await deleteOne({ input: { id }, principal });
        deleted.push(id);
      } catch (error) {
        if (!(error instanceof MediaError && PASSED_OVER.includes(error.code))) throw error;
      }
    });
    return { deleted };
  };
