import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';

export interface TrashDeps {
  readonly media: Pick<MediaStore, 'softDelete'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

/** Changes of one record, each between a read and a step of another call, that a call outlasts. */
export const MOST_CHANGES = 8;

const DAY = 24 * 3600 * 1000;

/** When a record that is deleted now is purged. */
export const purgeTime = (now: Date, retentionDays: number): string =>
  new Date(now.getTime() + retentionDays * DAY).toISOString();

/** The refusal of a step on a record that changed each time between read and write. */
export const keepsChanging = (): MediaError =>
  new MediaError('BUSY', 'The file of this media keeps changing', { retryAfter: 1 });

/**
 * Moves a record to the trash, whatever file it has by then: `find` reads it again after each lost race, because a replaced file
 * is no end of the record. False when it is not active (any more).
 */
export const moveToTrash = async (
  find: () => Promise<MediaRecord | undefined>,
  { media, settings, clock }: TrashDeps,
): Promise<boolean> => {
  for (let attempt = 1; attempt <= MOST_CHANGES; attempt += 1) {
    const record = await find();
    if (record?.state !== 'active') return false;
    const now = clock();
    if (await media.softDelete(record, now.toISOString(), purgeTime(now, settings.retentionDays))) return true;
  }
  throw keepsChanging();
};
