import { MediaError } from '../domain/errors.ts';
import { insufficient, type Principal, scopesIn } from '../domain/principal.ts';
import { isTagName, MOST_TAGS_OF_RECORD, tagIdentity } from '../domain/tag.ts';
import { type CreateTagDeps, createTag, nameless } from './create-tag.ts';

/** The ids of a team's tags by their names, for APIs in which people write tags as words. */
export type NameTags = (names: readonly string[], teamId: string, principal: Principal) => Promise<readonly string[]>;

/**
 * Finds tags by name and creates missing ones, for which the caller needs the scope to create. An existing tag keeps its
 * spelling.
 */
export const nameTags = (deps: CreateTagDeps): NameTags => {
  const create = createTag(deps);
  return async (names, teamId, principal) => {
    const byIdentity = new Map(names.map((name) => [tagIdentity(name), name.trim()]));
    if (byIdentity.size === 0) return [];
    if (byIdentity.size > MOST_TAGS_OF_RECORD) {
      throw new MediaError('VALIDATION', `A media record can have at most ${MOST_TAGS_OF_RECORD} tags`);
    }
    // Before any is created: a refusal leaves nothing.
    if (![...byIdentity.values()].every(isTagName)) throw nameless();
    const found = await deps.tags.byName(teamId, [...byIdentity.values()]);
    const known = new Map(found.map(({ name, id }) => [tagIdentity(name), id]));
    const isMissing = [...byIdentity.keys()].some((identity) => !known.has(identity));
    if (isMissing && !scopesIn(principal, teamId).has('media:create')) throw insufficient('media:create');
    const ids: string[] = [];
    for (const [identity, name] of byIdentity) {
      ids.push(known.get(identity) ?? (await create({ input: { name }, principal: { ...principal, teamId } })).id);
    }
    return ids;
  };
};
