import { MediaError } from '../domain/errors.ts';
import { insufficient, type Principal, scopesIn } from '../domain/principal.ts';
import { MOST_TAGS_OF_RECORD, slugOf } from '../domain/tag.ts';
import { type CreateTagDeps, createTag, nameless } from './create-tag.ts';

/** The ids of a team's tags by their names, for APIs in which people write tags as words. */
export type NameTags = (names: readonly string[], teamId: string, principal: Principal) => Promise<readonly string[]>;

/**
 * Finds tags by name and makes those that the team lacks, for which the caller needs the scope to create. A tag that is
 * there stays as it is, however it is spelt here.
 */
export const nameTags = (deps: CreateTagDeps): NameTags => {
  const create = createTag(deps);
  return async (names, teamId, principal) => {
    const bySlug = new Map(names.map((name) => [slugOf(name), name.trim()]));
    if (bySlug.size === 0) return [];
    if (bySlug.size > MOST_TAGS_OF_RECORD) {
      throw new MediaError('VALIDATION', `A media record can have at most ${MOST_TAGS_OF_RECORD} tags`);
    }
    // Before any is made: what is refused leaves nothing.
    if (bySlug.has('')) throw nameless();
    const known = new Map((await deps.tags.bySlug(teamId, [...bySlug.keys()])).map(({ slug, id }) => [slug, id]));
    const isMissing = [...bySlug.keys()].some((slug) => !known.has(slug));
    if (isMissing && !scopesIn(principal, teamId).has('media:create')) throw insufficient('media:create');
    const ids: string[] = [];
    for (const [slug, name] of bySlug) {
      ids.push(known.get(slug) ?? (await create({ input: { name }, principal: { ...principal, teamId } })).id);
    }
    return ids;
  };
};
