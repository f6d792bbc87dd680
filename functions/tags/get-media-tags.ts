import type { Call } from '../domain/call.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import { inTagOrder, type Tag } from '../domain/tag.ts';
import type { TagStore } from '../library/tag-store.ts';
import { findMedia } from '../media/find-media.ts';

/** The tags of a record, by order and name. */
export const getMediaTags =
  ({ media, tags }: { media: Pick<MediaStore, 'get'>; tags: Pick<TagStore, 'get'> }) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<readonly Tag[]> =>
    tagsOf(await findMedia(media, principal, input.id), tags);

export const tagsOf = async ({ tagIds, teamId }: MediaRecord, tags: Pick<TagStore, 'get'>): Promise<readonly Tag[]> => {
  const found = tagIds.length === 0 ? [] : await tags.get(tagIds);
  return found.filter((tag) => tag.teamId === teamId).sort(inTagOrder);
};
