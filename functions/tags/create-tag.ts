import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { isTagName, type Tag, type TagEdit } from '../domain/tag.ts';
import type { TagStore } from '../library/tag-store.ts';

export interface CreateTag extends TagEdit {
  readonly name: string;
}

export interface CreateTagDeps {
  readonly tags: Pick<TagStore, 'byName' | 'create' | 'edit'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** The refusal of a name that shows no letter, digit or symbol. */
export const nameless = (): MediaError => {
  const message = 'The name needs a letter, a digit or an emoji';
  return new MediaError('VALIDATION', 'Invalid request body', {
    fields: [{ code: 'custom', path: ['name'], message }],
  });
};

/** A tag may be created and removed between read and write; each attempt finds one of the two. */
const ATTEMPTS = 10;

/** Creates a tag, or gives the tag with this name the new spelling and fields; a switched-off one is switched on again. */
export const createTag =
  ({ tags, newId, clock }: CreateTagDeps) =>
  async ({ input, principal }: Call<CreateTag>): Promise<Tag> => {
    if (!isTagName(input.name)) throw nameless();
    const now = clock().toISOString();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [known] = await tags.byName(principal.teamId, [input.name]);
      const tag = known
        ? await tags.edit(known, { isActive: true, ...input }, now, input.name)
        : await tags.create(newTag(input, { id: newId(), teamId: principal.teamId, createdAt: now, updatedAt: now }));
      if (tag) return tag;
    }
    throw new MediaError('BUSY', 'This tag keeps changing', { retryAfter: 1 });
  };

/** A tag with defaults for the fields that the caller did not send. */
export const newTag = (
  { name, description = null, icon = null, color = null, order = 0, isActive = true }: CreateTag,
  made: Pick<Tag, 'id' | 'teamId' | 'createdAt' | 'updatedAt'>,
): Omit<Tag, 'slug'> => ({ ...made, name, description, icon, color, order, isActive });
