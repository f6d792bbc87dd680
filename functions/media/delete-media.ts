import type { Call } from '../domain/call.ts';
import type { MediaStore } from '../domain/ports.ts';
import { findMedia } from './find-media.ts';
import { moveToTrash, type TrashDeps } from './move-to-trash.ts';

export interface DeleteMediaDeps extends TrashDeps {
  readonly media: Pick<MediaStore, 'get' | 'softDelete'>;
}

/** Moves a record to the trash. Its file stays until the retention ends. */
export const deleteMedia =
  (deps: DeleteMediaDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    await moveToTrash(() => findMedia(deps.media, principal, input.id), deps);
  };
