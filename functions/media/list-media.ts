import type { Call } from '../domain/call.ts';
import type { ShownMedia } from '../domain/media.ts';
import type { ListQuery, MediaStore } from '../domain/ports.ts';
import { teamsWith } from '../domain/principal.ts';
import type { ShowTags, TagStore } from '../library/tag-store.ts';
import type { FoundMedia } from '../search/search-media.ts';
import type { SearchQuery, SearchScope } from '../search/search-query.ts';
import type { PageCursors } from './page-cursors.ts';

export interface ListMedia extends Pick<ListQuery, 'kind' | 'orderBy' | 'orderDir' | 'limit' | 'offset'> {
  /** Words that must all match; empty when the search had only separators, which matches nothing. */
  readonly words?: readonly string[] | undefined;
  readonly within?: SearchQuery['within'];
  readonly tagIds?: readonly string[] | undefined;
  readonly tagSlugs?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  /** How many of the first of these records one answer carries. The page ends there, and the next one begins there. */
  readonly fits?: ((records: readonly ShownMedia[]) => number) | undefined;
}

export interface ListedMedia {
  readonly items: readonly ShownMedia[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  /** Opens the next page; absent on the last one. */
  readonly nextCursor?: string | undefined;
  /** False when `total` is only how many there are at least. */
  readonly totalIsExact?: boolean | undefined;
  /** Of a search: the entries that were read for it. */
  readonly read?: number | undefined;
}

export interface ListMediaDeps {
  readonly media: Pick<MediaStore, 'list'>;
  readonly tags: Pick<TagStore, 'get' | 'bySlug'>;
  readonly search: (query: SearchQuery) => Promise<FoundMedia>;
  readonly show: ShowTags;
  readonly cursors: PageCursors;
}

const NOTHING: FoundMedia = { items: [], total: 0, totalIsExact: true, next: null, read: 0 };

/** One page of the active records of the caller's teams that match, with the number of all that do. */
export const listMedia =
  (deps: ListMediaDeps) =>
  async ({ input, principal }: Call<ListMedia>): Promise<ListedMedia> => {
    const { kind, orderBy, orderDir, limit, offset, words, within, tagIds, tagSlugs, cursor } = input;
    const teamIds = teamsWith(principal, 'media:read');
    const filter = [words, tagIds, tagSlugs].map((each) => each ?? null);
    const binding = [teamIds.toSorted(), kind ?? null, orderBy, orderDir, ...filter];
    const after = cursor === undefined ? undefined : await deps.cursors.open(cursor, binding);
    const scopes = await scopesOf(teamIds, input, deps);
    const query = { scopes, words: words ?? [], within, kind, orderBy, orderDir, limit, offset, after };
    const { items, page } = await fittingPage(query, input, deps);
    const nextCursor = page.next === null ? undefined : await deps.cursors.seal(page.next, binding);
    return { items, total: page.total, totalIsExact: page.totalIsExact, limit, offset, nextCursor, read: page.read };
  };

/** A page as people see it, read again with fewer records if one answer does not carry them all: they may be large. */
const fittingPage = async (query: SearchQuery, input: ListMedia, deps: ListMediaDeps) => {
  const page = await pageOf(query, input, deps);
  const items = await deps.show(page.items);
  const fitting = input.fits?.(items) ?? items.length;
  if (fitting >= items.length) return { items, page };
  const shorter = await pageOf({ ...query, limit: fitting }, input, deps);
  return { items: await deps.show(shorter.items), page: { ...shorter, read: page.read + shorter.read } };
};

const pageOf = async (
  query: SearchQuery,
  { words }: ListMedia,
  { media, search }: ListMediaDeps,
): Promise<FoundMedia> => {
  const { scopes } = query;
  if (scopes.length === 0 || words?.length === 0) return NOTHING;
  if (words !== undefined || scopes.some(({ tags }) => tags.length > 1)) return search(query);
  const tags = scopes.flatMap((scope) => scope.tags);
  const teamIds = scopes.map(({ teamId }) => teamId);
  const page = await media.list({ ...query, teamIds, state: 'active', tags: tags.length > 0 ? tags : undefined });
  return { ...page, totalIsExact: true, read: 0 };
};

/** The teams that have all requested tags, each with its own ids. */
const scopesOf = async (
  teamIds: readonly string[],
  { tagIds = [], tagSlugs = [] }: ListMedia,
  { tags }: ListMediaDeps,
): Promise<readonly SearchScope[]> => {
  if (tagIds.length + tagSlugs.length === 0) return teamIds.map((teamId) => ({ teamId, tags: [] }));
  const named = await Promise.all(
    teamIds.map((teamId) => (tagSlugs.length === 0 ? [] : tags.bySlug(teamId, tagSlugs))),
  );
  const found = await tags.get([...tagIds, ...named.flat().map(({ id }) => id)]);
  return teamIds.flatMap((teamId) => {
    const own = found.filter((tag) => tag.teamId === teamId);
    const hasAll =
      tagIds.every((id) => own.some((tag) => tag.id === id)) &&
      tagSlugs.every((slug) => own.some((tag) => tag.slug.normalize('NFKD') === slug.normalize('NFKD')));
    return hasAll ? [{ teamId, tags: own }] : [];
  });
};
