import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { MOST_TAGS_OF_RECORD, type Tag } from '../domain/tag.ts';
import type { Retag } from '../library/retag.ts';
import type { TagStore } from '../library/tag-store.ts';
import { findMedia } from '../media/find-media.ts';
import { tagsOf } from './get-media-tags.ts';

export type TagsChange =
  | { readonly add: string }
  | { readonly remove: string }
  | { readonly replace: readonly string[] };

export interface ChangeMediaTags {
  readonly id: string;
  readonly change: TagsChange;
}

export interface ChangeMediaTagsDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly tags: Pick<TagStore, 'get'>;
  readonly retag: Retag;
  readonly clock: Clock;
}

/** Adds tags to a record or removes them; a repetition changes nothing. Answers the tags that the record has then. */
export const changeMediaTags =
  ({ media, tags, retag, clock }: ChangeMediaTagsDeps) =>
  async ({ input, principal }: Call<ChangeMediaTags>): Promise<readonly Tag[]> => {
    const { id } = await findMedia(media, principal, input.id);
    const changed = await retag(id, (tagIds) => within(apply(input.change, tagIds)), clock().toISOString());
    if (!changed) throw notFound();
    return tagsOf(changed, tags);
  };

const apply = (change: TagsChange, tagIds: readonly string[]): readonly string[] => {
  if ('add' in change) return tagIds.includes(change.add) ? tagIds : [...tagIds, change.add];
  if ('remove' in change) return tagIds.filter((tagId) => tagId !== change.remove);
  return change.replace;
};

const within = (tagIds: readonly string[]): readonly string[] => {
  if (tagIds.length <= MOST_TAGS_OF_RECORD) return tagIds;
  throw new MediaError('VALIDATION', `A media record can have at most ${MOST_TAGS_OF_RECORD} tags`);
};
