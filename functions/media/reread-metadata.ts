import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { MetadataStore } from '../library/metadata-store.ts';
import type { AnalyzedMedia } from './read-stored.ts';
import type { RereadStore } from './reread-store.ts';

export interface RereadMetadataDeps {
  readonly store: RereadStore;
  readonly media: Pick<MediaStore, 'get'>;
  readonly metadata: Pick<MetadataStore, 'get'>;
  readonly read: (record: MediaRecord) => Promise<AnalyzedMedia | undefined>;
  /** Called for a record that could not be read. */
  readonly failed: (mediaId: string, error: unknown) => void;
}

export interface Reread {
  /** Sounds and films whose files were read. */
  readonly read: number;
  /** Those among them whose record had another duration. */
  readonly corrected: number;
  /** Records without their file in the bucket. */
  readonly missing: number;
  /** Records that could not be read; another run tries them again. */
  readonly failed: number;
  /** False when time ran out: another call continues. */
  readonly done: boolean;
}

type Outcome = Exclude<keyof Reread, 'done'>;

/**
 * Goes through the records of all teams and reads audio and video again that older rules read, or none. It continues where an
 * earlier call stopped, reads no file twice, and may run while the library is in use.
 */
export const rereadMetadata =
  (deps: RereadMetadataDeps) =>
  async (hasTime: () => boolean): Promise<Reread> => {
    const { store } = deps;
    const tally: Record<Outcome, number> = { read: 0, corrected: 0, missing: 0, failed: 0 };
    let position = await store.position();
    for (;;) {
      const { found, next } = await store.page(position);
      for (const { mediaId, place } of found) {
        for (const outcome of await outcomesOf(mediaId, deps)) tally[outcome] += 1;
        if (hasTime()) continue;
        // Behind this record, even if it could not be read: those after it have their turn.
        await store.moveTo(place);
        return { ...tally, done: false };
      }
      await store.moveTo(next);
      if (!next) return { ...tally, done: true };
      if (!hasTime()) return { ...tally, done: false };
      position = next;
    }
  };

const outcomesOf = async (
  mediaId: string,
  { media, metadata, read, failed }: RereadMetadataDeps,
): Promise<readonly Outcome[]> => {
  try {
    const record = await media.get(mediaId);
    if (record?.state !== 'active' || record.externalUrl !== null || record.fileVersion === null) return [];
    if ((await metadata.get(record))?.isCurrent) return [];
    const analyzed = await read(record);
    if (!analyzed) return ['missing'];
    return analyzed.record.duration === record.duration ? ['read'] : ['read', 'corrected'];
  } catch (error) {
    failed(mediaId, error);
    return ['failed'];
  }
};
