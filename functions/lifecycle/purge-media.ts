import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { MediaStore } from '../domain/ports.ts';
import { admitTo } from '../domain/principal.ts';
import { keepsChanging, MOST_CHANGES } from '../media/move-to-trash.ts';
import { type PurgeDeps, purgeRecord } from './purge-record.ts';

export interface PurgeMediaDeps extends PurgeDeps {
  readonly media: Pick<MediaStore, 'get'>;
}

/** Removes a record of the trash and its files now, without waiting for the retention. */
export const purgeMedia =
  (deps: PurgeMediaDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    for (let attempt = 1; attempt <= MOST_CHANGES; attempt += 1) {
      const record = await deps.media.get(input.id);
      if (!record || record.state === 'active') throw notFound();
      admitTo(principal, record.teamId);
      if (await purgeRecord(record, deps)) return;
      // Another call restored it, or deleted it again with another file: the next look says which.
    }
    throw keepsChanging();
  };
