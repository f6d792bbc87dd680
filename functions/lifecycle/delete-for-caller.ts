import type { Call } from '../domain/call.ts';
import { type DeleteMediaDeps, deleteMedia } from '../media/delete-media.ts';
import { deleteForGood } from './delete-for-good.ts';
import type { PurgeMediaDeps } from './purge-media.ts';

/**
 * Deletes a record in the way that its caller needs: members can restore it from the trash within the retention. A guest ends
 * earlier, and has a small quota that the trash would fill, so a record that a guest deletes is removed at once.
 */
export const deleteForCaller = (deps: DeleteMediaDeps & PurgeMediaDeps) => {
  const [toTrash, forGood] = [deleteMedia(deps), deleteForGood(deps)];
  return (call: Call<{ id: string }>): Promise<void> => (call.principal.guest ? forGood(call) : toTrash(call));
};
