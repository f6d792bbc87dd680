import type { Call } from '../domain/call.ts';
import type { MediaRecord } from '../domain/media.ts';
import { fileOf, isKept, type MediaFile } from '../domain/media-file.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import type { VersionStore } from '../library/version-store.ts';
import { findMedia } from './find-media.ts';

/** A version of a record's file: the current one, or one that can be restored. */
export interface FileVersion {
  readonly id: string;
  readonly current: boolean;
  readonly file: MediaFile;
  /** When it was replaced, and until when it is kept; null for the current one. */
  readonly replacedAt: string | null;
  readonly keptUntil: string | null;
}

export interface ListVersionsDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly versions: Pick<VersionStore, 'ofMedia'>;
  readonly clock: Clock;
}

/** The versions of a record's file: the current one first, then the retained ones, the latest first. */
export const listVersions =
  ({ media, versions, clock }: ListVersionsDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<readonly FileVersion[]> => {
    const record = await findMedia(media, principal, input.id);
    const now = clock().toISOString();
    const left = (await versions.ofMedia(record.id)).flatMap((version) =>
      isKept(version, now) && version.fileVersion !== record.fileVersion
        ? [
            {
              id: version.fileVersion,
              current: false,
              file: version.file,
              replacedAt: version.leftAt,
              keptUntil: version.keptUntil,
            },
          ]
        : [],
    );
    left.sort((one, other) => (one.replacedAt < other.replacedAt ? 1 : -1));
    return [...currentOf(record), ...left];
  };

const currentOf = (record: MediaRecord): readonly FileVersion[] =>
  record.fileVersion === null
    ? []
    : [{ id: record.fileVersion, current: true, file: fileOf(record), replacedAt: null, keptUntil: null }];
