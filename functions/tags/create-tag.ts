import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { slugOf, type Tag, type TagEdit } from '../domain/tag.ts';
import type { TagStore } from '../stores/tag-store.ts';

export interface CreateTag extends TagEdit {
  readonly name: string;
}

export interface CreateTagDeps {
  readonly tags: Pick<TagStore, 'bySlug' | 'create' | 'edit'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** The refusal of a name of which nothing is left for a slug. */
export const nameless = (): MediaError => {
  const message = 'The name needs a letter or a digit';
  return new MediaError('VALIDATION', 'Invalid request body', {
    fields: [{ code: 'custom', path: ['name'], message }],
  });
};

/** A tag may come and go while this looks and writes; each round finds one of the two. */
const ATTEMPTS = 10;

/** Makes a tag, or gives the tag that has this slug already the new name and fields; one that was switched off is back. */
export const createTag =
  ({ tags, newId, clock }: CreateTagDeps) =>
  async ({ input, principal }: Call<CreateTag>): Promise<Tag> => {
    const slug = slugOf(input.name);
    if (slug === '') throw nameless();
    const now = clock().toISOString();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [known] = await tags.bySlug(principal.teamId, [slug]);
      if (known) {
        const edited = await tags.edit(known, { isActive: true, ...input }, now);
        if (edited) return edited;
        continue;
      }
      const tag = newTag(input, { id: newId(), teamId: principal.teamId, slug, createdAt: now, updatedAt: now });
      if (await tags.create(tag)) return tag;
    }
    throw new MediaError('BUSY', 'This tag keeps changing', { retryAfter: 1 });
  };

const newTag = (
  { name, description = null, icon = null, color = null, order = 0, isActive = true }: CreateTag,
  made: Pick<Tag, 'id' | 'teamId' | 'slug' | 'createdAt' | 'updatedAt'>,
): Tag => ({ ...made, name, description, icon, color, order, isActive });
