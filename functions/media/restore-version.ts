import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { isKept } from '../domain/media-file.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { FileStore } from '../files/file-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { fileGone, isStored } from '../lifecycle/restore-media.ts';
import { findMedia } from './find-media.ts';
import { purgeTime } from './move-to-trash.ts';

export interface RestoreVersion {
  readonly id: string;
  readonly version: string;
}

export interface RestoreVersionDeps {
  readonly media: Pick<MediaStore, 'get' | 'restoreVersion' | 'softDelete'>;
  readonly versions: Pick<VersionStore, 'get'>;
  readonly files: Pick<FileStore, 'head'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

/**
 * Restores a version of a record's file, as a new state of the record; the current one is retained in turn. A repeated call is
 * no error. Throws `NOT_FOUND` for a version that is not kept (any more), and `CONFLICT` when the record got another file
 * meanwhile, or the version's object is gone.
 */
export const restoreVersion =
  (deps: RestoreVersionDeps) =>
  async ({ input, principal }: Call<RestoreVersion>): Promise<MediaRecord> => {
    const { media, versions, settings, clock } = deps;
    const record = await findMedia(media, principal, input.id);
    if (record.fileVersion === input.version) return record;
    const now = clock();
    const version = await versions.get({ mediaId: record.id, fileVersion: input.version });
    if (!version || !isKept(version, now.toISOString())) throw notFound('Version');
    if (!(await isStored({ ...record, ...version.file }, deps))) throw fileGone();
    const keptUntil = purgeTime(now, settings.retentionDays);
    const moved = await media.restoreVersion(record, version, now.toISOString(), keptUntil);
    const current = await media.get(record.id);
    if (current?.state !== 'active') throw notFound();
    if (current.fileVersion !== input.version) throw new MediaError('CONFLICT', 'The file was changed meanwhile');
    // An object that was removed between the look and the step was that of a version: its event changed nothing.
    if (moved && !(await isStored(current, deps))) {
      await media.softDelete(current, clock().toISOString(), purgeTime(clock(), settings.retentionDays));
      throw fileGone();
    }
    return current;
  };
