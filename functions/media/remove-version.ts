import { type ObjectRef, originalKey, renditionPrefix } from '../domain/media.ts';
import type { RetainedVersion } from '../domain/media-file.ts';
import type { FileStore } from '../files/file-store.ts';
import type { VersionStore } from '../library/version-store.ts';

export interface RemoveVersionDeps {
  readonly versions: Pick<VersionStore, 'release' | 'forget'>;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
}

/**
 * Removes a retained version: drops its reference to the object, and with the last reference removes the object from the
 * bucket, with all results of it. Any step may be repeated. Nothing happens to a version that is the record's file again.
 */
export const removeVersion = async (
  version: RetainedVersion,
  { versions, files }: RemoveVersionDeps,
): Promise<void> => {
  const released = await versions.release(version);
  if (!released) return;
  if (released.released === 'last') await removeObject(released.teamId, released.place, files);
  await versions.forget(released);
};

const removeObject = async (
  teamId: string,
  { mediaId, fileVersion }: ObjectRef,
  files: RemoveVersionDeps['files'],
): Promise<void> => {
  await files.remove(originalKey(teamId, mediaId, fileVersion));
  const prefix = renditionPrefix(teamId, mediaId, fileVersion);
  let after: string | undefined;
  do {
    const page = await files.list(prefix, after);
    for (const { key } of page.keys) await files.remove(key);
    after = page.next;
  } while (after);
};
