import type { Call } from '../api/route.ts';
import { notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { Clock, MediaEdit, MediaStore } from '../domain/ports.ts';
import { findMedia } from './find-media.ts';

export interface UpdateMedia {
  readonly id: string;
  readonly edit: MediaEdit;
}

/** Changes what people say about a file; what the file is (name, size, type, dimensions) cannot be edited. */
export const updateMedia =
  ({ media, clock }: { media: Pick<MediaStore, 'get' | 'edit'>; clock: Clock }) =>
  async ({ input, principal }: Call<UpdateMedia>): Promise<MediaRecord> => {
    const record = await findMedia(media, principal, input.id);
    if (Object.values(input.edit).every((value) => value === undefined)) return record;
    const edited = await media.edit(input.id, input.edit, clock().toISOString());
    if (!edited) throw notFound();
    return edited;
  };
