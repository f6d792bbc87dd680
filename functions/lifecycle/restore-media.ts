import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import { type MediaRecord, objectRefOf, originalKey } from '../domain/media.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { admitTo } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import type { FileStore } from '../files/file-store.ts';
import { keepsChanging, MOST_CHANGES, purgeTime } from '../media/move-to-trash.ts';

export interface RestoreMediaDeps {
  readonly media: Pick<MediaStore, 'get' | 'restore' | 'softDelete'>;
  readonly files: Pick<FileStore, 'head'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

/**
 * Restores a record from the trash; a repetition is no error. Throws `NOT_FOUND` once a purge began, and `CONFLICT` when the
 * record's file is gone.
 */
export const restoreMedia =
  (deps: RestoreMediaDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<MediaRecord> => {
    for (let attempt = 1; attempt <= MOST_CHANGES; attempt += 1) {
      const record = await deps.media.get(input.id);
      if (!record || record.state === 'purging') throw notFound();
      admitTo(principal, record.teamId);
      if (record.state === 'active') return record;
      if (!(await isStored(record, deps))) throw fileGone();
      if (await deps.media.restore(record, deps.clock().toISOString())) return restored(record.id, deps);
      // It was restored, got another file and was deleted again: it is in the trash all the same.
    }
    throw keepsChanging();
  };

const restored = async (id: string, { media, files, settings, clock }: RestoreMediaDeps): Promise<MediaRecord> => {
  const record = await media.get(id);
  if (record?.state !== 'active') throw notFound();
  if (await isStored(record, { files })) return record;
  // A file that was removed between the look and the step was the file of a deleted record: its event changed nothing.
  const now = clock();
  await media.softDelete(record, now.toISOString(), purgeTime(now, settings.retentionDays));
  throw fileGone();
};

/** Whether the object of a record's file exists; true for a record without a file. */
export const isStored = async (
  record: Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion' | 'storedAs'>,
  { files }: Pick<RestoreMediaDeps, 'files'>,
): Promise<boolean> => {
  const place = objectRefOf(record);
  return !place || (await files.head(originalKey(record.teamId, place.mediaId, place.fileVersion))) !== undefined;
};

export const fileGone = (): MediaError => new MediaError('CONFLICT', 'The file of this media no longer exists');
