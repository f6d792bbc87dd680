import type { ObjectRef } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { ObjectStore } from '../library/object-store.ts';
import type { VersionStore } from '../library/version-store.ts';

export interface IsHeldDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly versions: Pick<VersionStore, 'get'>;
  readonly objects: Pick<ObjectStore, 'isShared'>;
}

/**
 * Whether an object is the file of a record, a retained version, or referenced by others; checked in the order of these states.
 */
export const isHeld = async (
  place: ObjectRef,
  teamId: string | undefined,
  { media, versions, objects }: IsHeldDeps,
): Promise<boolean> => {
  const record = await media.get(place.mediaId);
  if (record?.teamId === teamId && record?.fileVersion === place.fileVersion) return true;
  return (await versions.get(place)) !== undefined || (await objects.isShared(place));
};
