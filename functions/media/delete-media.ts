import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { findMedia } from './find-media.ts';

export interface DeleteMediaDeps {
  readonly media: Pick<MediaStore, 'get' | 'softDelete'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

const DAY = 24 * 3600 * 1000;

/** When a record that is deleted now is purged. */
export const purgeTime = (now: Date, retentionDays: number): string =>
  new Date(now.getTime() + retentionDays * DAY).toISOString();

/** Moves a record to the trash. Its file stays until the retention ends. */
export const deleteMedia =
  ({ media, settings, clock }: DeleteMediaDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    const record = await findMedia(media, principal, input.id);
    const now = clock();
    const deleted = await media.softDelete(record, now.toISOString(), purgeTime(now, settings.retentionDays));
    if (!deleted) throw notFound();
  };
