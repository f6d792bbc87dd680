import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { kindOf, type MediaRecord, type Visibility } from '../domain/media.ts';
import { announcedType } from '../domain/media-types.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { type MediaTexts, textsOf } from '../domain/record-fields.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';

export interface CreateMedia extends Partial<MediaTexts> {
  readonly url: string;
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly visibility?: Visibility | undefined;
}

export interface CreateMediaDeps {
  readonly media: Pick<MediaStore, 'create' | 'get'>;
  readonly settings: Pick<Settings, 'defaultVisibility' | 'quotaBytes' | 'quotaRecords' | 'guests'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** Registers an external file. Its address is stored and never fetched, its bytes count for no quota. */
export const createMedia =
  ({ media, settings, newId, clock }: CreateMediaDeps) =>
  async ({ input, principal, keyed }: Call<CreateMedia>): Promise<MediaRecord> => {
    // A stranger's record would lead from an address of ours to wherever they like.
    if (principal.guest) throw new MediaError('FORBIDDEN', 'Guests cannot register files that lie elsewhere');
    const id = idsOf({ keyed }, newId)();
    const before = await madeBefore({ keyed }, () => media.get(id));
    if (before) return before;
    const now = clock().toISOString();
    const mimeType = announcedType(input.mimeType, input.filename);
    const record: MediaRecord = {
      id,
      teamId: principal.teamId,
      userId: principal.userId,
      state: 'active',
      kind: kindOf(mimeType),
      filename: input.filename,
      fileSize: input.fileSize,
      mimeType,
      externalUrl: input.url,
      fileVersion: null,
      width: input.width ?? null,
      height: input.height ?? null,
      duration: null,
      orientation: null,
      frames: null,
      ...textsOf(input),
      visibility: input.visibility ?? settings.defaultVisibility,
      checksum: null,
      thumbhash: null,
      dominantColor: null,
      focalX: null,
      focalY: null,
      tagIds: [],
      renditions: {},
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await media.create(record, quotaOf(settings, principal).records);
    return record;
  };
