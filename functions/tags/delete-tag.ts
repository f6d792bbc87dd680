import type { Call } from '../domain/call.ts';
import { notFound } from '../domain/errors.ts';
import type { TagStore } from '../library/tag-store.ts';
import { findTag } from './find-tag.ts';

/** Removes a tag: from every list and view at once, from its records as the stream delivers them. */
export const deleteTag =
  ({ tags }: { tags: Pick<TagStore, 'get' | 'remove'> }) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    const tag = await findTag(tags, principal, input.id);
    if (!(await tags.remove(tag))) throw notFound('Tag');
  };
