import { originalKey, renditionPrefix } from '../domain/media.ts';
import type { FileStore } from '../stores/file-store.ts';
import type { LeftVersion, VersionStore } from '../stores/version-store.ts';

export interface RemoveVersionDeps {
  readonly versions: Pick<VersionStore, 'forget'>;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
}

/** Removes what a version that no record has any more left in the bucket. Any step may be repeated. */
export const removeVersion = async (
  { teamId, mediaId, fileVersion }: LeftVersion,
  { versions, files }: RemoveVersionDeps,
): Promise<void> => {
  await files.remove(originalKey(teamId, mediaId, fileVersion));
  const prefix = renditionPrefix(teamId, mediaId, fileVersion);
  let after: string | undefined;
  do {
    const page = await files.list(prefix, after);
    for (const { key } of page.keys) await files.remove(key);
    after = page.next;
  } while (after);
  await versions.forget(fileVersion);
};
