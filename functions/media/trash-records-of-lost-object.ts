import { isStoredAt, type MediaRecord, type ObjectRef } from '../domain/media.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { ObjectStore } from '../library/object-store.ts';
import { purgeTime } from './move-to-trash.ts';

export interface ForgetObjectDeps {
  readonly media: Pick<MediaStore, 'get' | 'softDelete'>;
  readonly objects: Pick<ObjectStore, 'holders'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

/**
 * An original is gone: the records over it move to the trash. A new reference needs an active record over the object: once
 * there is none, and none was added meanwhile, none can be added any more.
 */
export const trashRecordsOfLostObject = async (
  place: ObjectRef,
  { media, objects, settings, clock }: ForgetObjectDeps,
): Promise<void> => {
  for (;;) {
    const ids = new Set([place.mediaId, ...(await objects.holders(place))]);
    const over: MediaRecord[] = [];
    for (const id of ids) {
      const record = await media.get(id);
      if (record?.state === 'active' && isStoredAt(record, place)) over.push(record);
    }
    if (over.length === 0 && (await objects.holders(place)).every((id) => ids.has(id))) return;
    for (const record of over) {
      const now = clock();
      await media.softDelete(record, now.toISOString(), purgeTime(now, settings.retentionDays));
    }
  }
};
