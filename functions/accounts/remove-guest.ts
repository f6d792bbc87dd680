import type { MediaStore } from '../domain/ports.ts';
import { type PurgeDeps, purgeRecord } from '../lifecycle/purge-record.ts';
import type { GuestStore } from './guest-store.ts';

export interface RemoveGuestDeps extends PurgeDeps {
  readonly media: Pick<MediaStore, 'list' | 'softDelete'>;
  readonly guests: GuestStore;
}

/** One run takes so many files of a guest; the next run takes the rest. */
const MOST_RECORDS = 100;

/**
 * Removes a guest's files, and the guest once none is left. True when that is done: not in the run that removes the last file,
 * since the consumers of the table's stream count and announce it only then, and would create items for a removed team.
 */
export const removeGuest = async (teamId: string, deps: RemoveGuestDeps): Promise<boolean> => {
  let removed = 0;
  for (const state of ['active', 'deleted'] as const) {
    const { items } = await deps.media.list({
      teamIds: [teamId],
      state,
      orderBy: 'createdAt',
      orderDir: 'asc',
      limit: MOST_RECORDS,
      offset: 0,
    });
    for (const record of items) {
      const now = deps.clock().toISOString();
      if (state === 'active') await deps.media.softDelete(record, now, now);
      await purgeRecord(record, deps);
    }
    removed += items.length;
    if (items.length === MOST_RECORDS) return false;
  }
  if (removed > 0) return false;
  await deps.guests.remove(teamId);
  return true;
};
