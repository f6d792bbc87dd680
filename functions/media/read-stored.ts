import type { FileMetadata } from '../domain/file-metadata.ts';
import { type MediaRecord, objectRefOf, originalKey } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import type { Examination } from '../files/checks/order-examination.ts';
import type { FileStore } from '../files/file-store.ts';
import type { MetadataStore } from '../library/metadata-store.ts';

export interface ReadStoredDeps {
  readonly metadata: MetadataStore;
  readonly files: Pick<FileStore, 'head'>;
  readonly readMetadata: Examination['readMetadata'];
  readonly clock: Clock;
}

/** A record, and the metadata of its file. */
export interface AnalyzedMedia {
  readonly record: MediaRecord;
  readonly metadata: FileMetadata;
}

/**
 * Answers the stored metadata of a record's file. If there is none, or only of older rules, it is read from the file and
 * stored, and the duration of the record is corrected with it. Undefined when the file is missing.
 */
export const readStored =
  ({ metadata, files, readMetadata, clock }: ReadStoredDeps) =>
  async (record: MediaRecord): Promise<AnalyzedMedia | undefined> => {
    const place = objectRefOf(record);
    if (!place) return undefined;
    const known = await metadata.get(record);
    if (known?.isCurrent) return { record, metadata: known.metadata };
    const key = originalKey(record.teamId, place.mediaId, place.fileVersion);
    const object = await files.head(key);
    if (!object) return undefined;
    const read = await readMetadata({ key, size: object.size }, record.mimeType);
    // When this reading found nothing, for example because it was terminated, the older metadata stays.
    const best = known && read.container === null ? known.metadata : read;
    const duration = best.container?.duration ?? record.duration;
    if (duration === null || duration === record.duration) {
      await metadata.keep(record, best);
      return { record, metadata: best };
    }
    const correction = { duration, at: clock().toISOString() };
    const isKept = await metadata.keep(record, best, correction);
    return { record: isKept ? correctedBy(record, correction) : record, metadata: best };
  };

const correctedBy = (record: MediaRecord, { duration, at }: { duration: number; at: string }): MediaRecord => ({
  ...record,
  duration,
  updatedAt: at,
  version: record.version + 1,
});
