import type { BulkAction, BulkJob } from '../domain/bulk.ts';
import type { Call } from '../domain/call.ts';
import { type BulkResults, type ChangeMany, stepsOf } from './change-many.ts';
import type { StartBulk } from './jobs.ts';

/** A change of records that are named by their ids, which is done at once, or of all that match, which becomes a job. */
export type BulkChange = { readonly action: BulkAction; readonly ids: readonly string[] } | StartBulk;

export type BulkChanged = { readonly results: BulkResults } | { readonly job: BulkJob };

export interface BulkChangeDeps {
  readonly changeMany: (call: Call<ChangeMany>) => Promise<BulkResults>;
  readonly startBulk: (call: Call<StartBulk>) => Promise<BulkJob>;
}

/** Changes the named records, or starts a job for those that match. */
export const bulkChange =
  ({ changeMany, startBulk }: BulkChangeDeps) =>
  async ({ input, ...call }: Call<BulkChange>): Promise<BulkChanged> =>
    'ids' in input
      ? { results: await changeMany({ ...call, input: { steps: stepsOf(input.ids, input.action) } }) }
      : { job: await startBulk({ ...call, input }) };
