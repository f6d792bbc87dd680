import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { Clock, MediaEdit, MediaStore } from '../domain/ports.ts';
import type { Retag } from '../library/retag.ts';
import type { NameTags } from '../tags/name-tags.ts';
import { findMedia } from './find-media.ts';

export interface UpdateMedia {
  readonly id: string;
  /** What is to change; where that depends on what the record says now, what tells it from the record, or throws. */
  readonly edit: MediaEdit | ((record: MediaRecord) => MediaEdit);
  /** All tags that the record shall have, by name. */
  readonly tagNames?: readonly string[] | undefined;
}

export interface UpdateMediaDeps {
  readonly media: Pick<MediaStore, 'get' | 'edit'>;
  readonly nameTags: NameTags;
  readonly retag: Retag;
  readonly clock: Clock;
}

/** Changes what people say about a file; what the file is (name, size, type, dimensions) cannot be edited. */
export const updateMedia =
  ({ media, nameTags, retag, clock }: UpdateMediaDeps) =>
  async ({ input, principal }: Call<UpdateMedia>): Promise<MediaRecord> => {
    const { id, tagNames } = input;
    const record = await findMedia(media, principal, id);
    const edit = typeof input.edit === 'function' ? input.edit(record) : input.edit;
    const now = clock().toISOString();
    const tagIds = tagNames && (await nameTags(tagNames, record.teamId, principal));
    const says = Object.values(edit).some((value) => value !== undefined);
    const edited = says ? await media.edit(id, edit, now) : record;
    const changed = edited && tagIds ? await retag(id, () => tagIds, now) : edited;
    if (!changed) throw notFound();
    return changed;
  };
