import type { Call } from '../domain/call.ts';
import { teamsWith } from '../domain/principal.ts';
import { inTagOrder, type Tag } from '../domain/tag.ts';
import type { TagStore } from '../library/tag-store.ts';

/** The active tags of the caller's teams, by order and name. */
export const listTags =
  ({ tags }: { tags: Pick<TagStore, 'list'> }) =>
  async ({ principal }: Call<unknown>): Promise<readonly Tag[]> => {
    const lists = await Promise.all(teamsWith(principal, 'media:read').map((teamId) => tags.list(teamId)));
    return lists
      .flat()
      .filter(({ isActive }) => isActive)
      .sort(inTagOrder);
  };
