import { notFound } from '../domain/errors.ts';
import { admitTo, type Principal } from '../domain/principal.ts';
import type { CountedTag } from '../domain/tag.ts';
import type { TagStore } from '../library/tag-store.ts';

/** The tag that the principal may do the route's work on. A foreign id is answered exactly as a missing one. */
export const findTag = async (tags: Pick<TagStore, 'get'>, principal: Principal, id: string): Promise<CountedTag> => {
  const [tag] = await tags.get([id]);
  if (!tag) throw notFound('Tag');
  admitTo(principal, tag.teamId, 'Tag');
  return tag;
};
