import { type Call, idsOf } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { scopesIn } from '../domain/principal.ts';
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

/** A tag as its maker is told of it: one that was there before is no more than its id to who may not see it. */
export type ToldTag = Tag | Pick<Tag, 'id'>;

/** Creates a tag and answers what the caller may see of it. */
export const createToldTag = (deps: CreateTagDeps) => {
  const create = createTag(deps);
  return async (call: Call<CreateTag>): Promise<ToldTag> => {
    const id = idsOf(call, deps.newId)();
    const tag = await create(call, id);
    const maySee = tag.id === id || scopesIn(call.principal, call.principal.teamId).has('media:read');
    return maySee ? tag : { id: tag.id };
  };
};

/**
 * Creates a tag, or gives the tag with this name the new spelling and fields; a switched-off one is switched on again. A caller
 * who may create and not update gets that tag as it is: the team uses it, and its records and filters would change.
 */
export const createTag =
  ({ tags, newId, clock }: CreateTagDeps) =>
  async ({ input, principal }: Call<CreateTag>, id = newId()): Promise<Tag> => {
    if (!isTagName(input.name)) throw nameless();
    const mayUpdate = scopesIn(principal, principal.teamId).has('media:update');
    const now = clock().toISOString();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const [known] = await tags.byName(principal.teamId, [input.name]);
      // A tag of this id is what an earlier attempt at the same call made.
      if (known && (!mayUpdate || known.id === id)) return known;
      const tag = known
        ? await tags.edit(known, { isActive: true, ...input }, now, input.name)
        : await tags.create(newTag(input, { id, teamId: principal.teamId, createdAt: now, updatedAt: now }));
      if (tag) return tag;
    }
    throw new MediaError('BUSY', 'This tag keeps changing', { retryAfter: 1 });
  };

/** A tag with defaults for the fields that the caller did not send. */
export const newTag = (
  { name, description = null, icon = null, color = null, order = 0, isActive = true }: CreateTag,
  made: Pick<Tag, 'id' | 'teamId' | 'createdAt' | 'updatedAt'>,
): Omit<Tag, 'slug'> => ({ ...made, name, description, icon, color, order, isActive });
