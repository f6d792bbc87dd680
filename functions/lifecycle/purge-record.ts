import type { MediaRecord } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import type { ObjectStore } from '../library/object-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { type RemoveVersionDeps, removeVersion } from '../media/remove-version.ts';
import type { DueStore } from './due-store.ts';

export interface PurgeDeps extends RemoveVersionDeps {
  readonly due: Pick<DueStore, 'beginPurge' | 'endPurge'>;
  readonly versions: Pick<VersionStore, 'ofMedia' | 'release' | 'forget'>;
  readonly objects: Pick<ObjectStore, 'isShared'>;
  readonly clock: Clock;
}

/**
 * Removes a record of the trash permanently: first it gives up its file and refuses a restore, then all its versions are
 * removed, with those of their objects that no other record references, then the record itself. Any step may be repeated. False
 * when the record is not in the trash (any more), or is not due by `dueBy`, if that is given.
 */
export const purgeRecord = async (record: MediaRecord, deps: PurgeDeps, dueBy?: string): Promise<boolean> => {
  const begin = () => deps.due.beginPurge(record, deps.clock().toISOString(), dueBy);
  if (record.state !== 'purging' && !(await begin())) return false;
  for (const version of await deps.versions.ofMedia(record.id)) await removeVersion(version, deps);
  await removeRest(record, deps);
  await deps.due.endPurge(record);
  return true;
};

/** Objects of late uploads below the record; objects that it uploaded and others reference stay. */
const removeRest = async ({ teamId, id }: MediaRecord, { files, objects }: PurgeDeps): Promise<void> => {
  for (const kind of ['originals', 'renditions']) {
    const prefix = `${kind}/${teamId}/${id}/`;
    let after: string | undefined;
    do {
      const page = await files.list(prefix, after);
      for (const { key } of page.keys) {
        const [fileVersion = ''] = key.slice(prefix.length).split('/');
        if (!(await objects.isShared({ mediaId: id, fileVersion }))) await files.remove(key);
      }
      after = page.next;
    } while (after);
  }
};
