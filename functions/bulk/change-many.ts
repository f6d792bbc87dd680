import type { BulkAction, BulkFailure, ChangedRecord } from '../domain/bulk.ts';
import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { MediaStore } from '../domain/ports.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { logFailure } from '../shared/log.ts';
import type { ChangeRecord } from './change-record.ts';

/** The results of a change of many records: each of their ids is in one of the lists, once. */
export interface BulkResults {
  readonly changed: readonly ChangedRecord[];
  readonly unchanged: readonly string[];
  readonly failures: readonly BulkFailure[];
}

export interface ChangeManyDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly changeRecord: (call: Call<ChangeRecord>) => Promise<ChangedRecord | undefined>;
}

export interface ChangeMany {
  readonly steps: readonly ChangeRecord[];
}

/** Records that are changed side by side; they meet at the counters of their team. */
const CONCURRENCY = 6;
/** Left of the function's time for the steps that run and the answer. */
const RESERVE_MILLISECONDS = 4000;

/** The steps of one action, each id once. */
export const stepsOf = (ids: readonly string[], action: BulkAction): readonly ChangeRecord[] =>
  [...new Set(ids)].map((id) => ({ id, action }));

/**
 * Changes records one by one. One that fails keeps none of the others back: it is answered with its name and its reason. Those
 * for which there is no time left are answered as busy, and a repetition of the call changes them.
 */
export const changeMany =
  ({ media, changeRecord }: ChangeManyDeps) =>
  async ({ input: { steps }, principal, millisecondsLeft }: Call<ChangeMany>): Promise<BulkResults> => {
    const changed: ChangedRecord[] = [];
    const unchanged: string[] = [];
    const failures: BulkFailure[] = [];
    await forEachConcurrently(CONCURRENCY, steps, async (step) => {
      const { id } = step;
      try {
        if (millisecondsLeft && millisecondsLeft() < RESERVE_MILLISECONDS) throw outOfTime();
        const result = await changeRecord({ input: step, principal });
        if (result) changed.push(result);
        else unchanged.push(id);
      } catch (error) {
        const { code, message } = refusalOf(error, id);
        failures.push({ id, filename: await nameOf(media, principal, id), code, message });
      }
    });
    return { changed, unchanged, failures };
  };

const outOfTime = (): MediaError =>
  new MediaError('BUSY', 'There was no time left for this one: send it again', { retryAfter: 1 });

/** A fault at one record is logged whole, and hides the results of no other. */
const refusalOf = (error: unknown, mediaId: string): Pick<MediaError, 'code' | 'message'> => {
  if (error instanceof MediaError) return error;
  logFailure({ bulk: mediaId }, error);
  return new MediaError('INTERNAL', 'Failed to change the media');
};

/** The name of a record for a caller who may see it. */
const nameOf = async (media: Pick<MediaStore, 'get'>, principal: Principal, id: string): Promise<string | null> => {
  const record = await media.get(id).catch(() => undefined);
  return record && scopesIn(principal, record.teamId).has('media:read') ? record.filename : null;
};
