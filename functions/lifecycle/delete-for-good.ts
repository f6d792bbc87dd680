import type { Call } from '../domain/call.ts';
import { type DeleteMediaDeps, deleteMedia } from '../media/delete-media.ts';
import { type PurgeMediaDeps, purgeMedia } from './purge-media.ts';

/** In the trash it is due at once, so that the sweep continues after an interruption between the two steps. */
const AT_ONCE = { retentionDays: 0 };

/** Removes an active record and its files at once: into the trash and out of it, each step as it is anywhere else. */
export const deleteForGood = (deps: Omit<DeleteMediaDeps, 'settings'> & PurgeMediaDeps) => {
  const [toTrash, fromTrash] = [deleteMedia({ ...deps, settings: AT_ONCE }), purgeMedia(deps)];
  return async (call: Call<{ id: string }>): Promise<void> => {
    await toTrash(call);
    await fromTrash(call);
  };
};
