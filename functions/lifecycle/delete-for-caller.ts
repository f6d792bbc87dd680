import type { Call } from '../domain/call.ts';
import { type DeleteMediaDeps, deleteMedia } from '../media/delete-media.ts';
import { deleteForGood } from './delete-for-good.ts';
import type { PurgeMediaDeps } from './purge-media.ts';

/**
 * Deletes a record as its caller can use it: members get it back from the trash within the retention. A guest is gone long
 * before, and has a small quota that the trash would fill: what a guest deletes is removed at once.
 */
export const deleteForCaller = (deps: DeleteMediaDeps & PurgeMediaDeps) => {
  const [toTrash, forGood] = [deleteMedia(deps), deleteForGood(deps)];
  return (call: Call<{ id: string }>): Promise<void> => (call.principal.guest ? forGood(call) : toTrash(call));
};
