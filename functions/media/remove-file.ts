import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord, ObjectRef } from '../domain/media.ts';
import { hasFile } from '../domain/media-file.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { VersionStore } from '../library/version-store.ts';
import { logFault } from '../shared/log.ts';
import { findMedia } from './find-media.ts';
import { type RemoveVersionDeps, removeVersion } from './remove-version.ts';

export interface RemoveFileDeps extends RemoveVersionDeps {
  readonly media: Pick<MediaStore, 'get' | 'removeFile'>;
  readonly versions: Pick<VersionStore, 'get' | 'release' | 'forget'>;
  readonly clock: Clock;
}

/** Takes the file off a record and out of the bucket; the record stays. Doing it twice is no error. */
export const removeFile =
  ({ media, clock, ...deps }: RemoveFileDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<MediaRecord> => {
    const record = await findMedia(media, principal, input.id);
    if (!hasFile(record)) return record;
    const removed = await media.removeFile(record, clock().toISOString());
    const current = await media.get(record.id);
    if (current?.state !== 'active') throw notFound();
    if (!removed && hasFile(current)) throw new MediaError('CONFLICT', 'The file was replaced meanwhile');
    if (removed && record.fileVersion !== null)
      await clear({ mediaId: record.id, fileVersion: record.fileVersion }, deps);
    return current;
  };

/** The record has no file any more, so the call succeeds; the sweep finishes the rest. */
const clear = async (place: ObjectRef, deps: Omit<RemoveFileDeps, 'media' | 'clock'>): Promise<void> => {
  try {
    const version = await deps.versions.get(place);
    if (version) await removeVersion(version, deps);
  } catch (error) {
    logFault(place.mediaId, error);
  }
};
