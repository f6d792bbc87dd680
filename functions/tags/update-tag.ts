import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { isTagName, type Tag, type TagEdit } from '../domain/tag.ts';
import type { TagStore } from '../library/tag-store.ts';
import { nameless } from './create-tag.ts';
import { findTag } from './find-tag.ts';

export interface UpdateTag {
  readonly id: string;
  readonly edit: TagEdit;
}

/** Changes the name and look of a tag. Its slug stays, since addresses and filters use it. */
export const updateTag =
  ({ tags, clock }: { tags: Pick<TagStore, 'get' | 'edit'>; clock: Clock }) =>
  async ({ input, principal }: Call<UpdateTag>): Promise<Tag> => {
    const tag = await findTag(tags, principal, input.id);
    if (Object.values(input.edit).every((value) => value === undefined)) return tag;
    if (input.edit.name !== undefined && !isTagName(input.edit.name)) throw nameless();
    const edited = await tags.edit(tag, input.edit, clock().toISOString());
    if (!edited) throw notFound('Tag');
    return edited;
  };
