import type { MediaKind, MediaRecord } from '../domain/media.ts';
import type { ListOrder } from '../domain/ports.ts';
import type { CountedTag } from '../domain/tag.ts';
import { matchesTerm, termsOf } from '../domain/terms.ts';
import type { Entries, Entry, TermStore } from '../stores/term-store.ts';

/** One team's part of a search: its tags that all have to be there. */
export interface SearchScope {
  readonly teamId: string;
  readonly tags: readonly CountedTag[];
}

export interface SearchQuery extends ListOrder {
  readonly scopes: readonly SearchScope[];
  readonly words: readonly string[];
  readonly kind: MediaKind | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly after: string | undefined;
}

export interface FoundMedia {
  readonly items: readonly MediaRecord[];
  readonly total: number;
  /** False when there are too many to count: `total` is then how many there are at least. */
  readonly totalIsExact: boolean;
  readonly next: string | null;
}

export interface SearchDeps {
  readonly terms: TermStore;
  /** Active records by id, in this order; those that are gone are left out. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  readonly tagNames: (records: readonly MediaRecord[]) => Promise<readonly (readonly string[])[]>;
  /** Records in the order of the query, by one tag of each team or whole teams. */
  readonly walk: (query: SearchQuery) => AsyncIterable<readonly MediaRecord[]>;
  readonly inOrder: (order: ListOrder) => (one: Entry, other: Entry) => number;
  readonly sortKey: (entry: Entry | MediaRecord, order: ListOrder) => string;
}

/** How much a search reads before it goes about it in another way. */
export const SEARCH_LIMITS = {
  /** Entries of one word or tag that are read whole; the cost of a search grows no further with the library. */
  entries: 1000,
  /** Records that are looked at one by one while every word and tag has more; words that common fill a page long before. */
  walked: 2000,
  /** Words that are common and rarely meet: their entries are read after all. */
  entriesAfterWalk: 20_000,
};

/**
 * A page of the records that match all words and tags. The rarest of them is read whole and the others are held against
 * it; when all are common, records are read in the order asked for and matched until the page is full.
 */
export const searchMedia =
  (deps: SearchDeps, limits = SEARCH_LIMITS) =>
  async (query: SearchQuery): Promise<FoundMedia> => {
    const candidates = await candidatesOf(query, limits.entries, deps);
    if (candidates) return pageOf(candidates, query, deps);
    const walked = await walkFor(query, limits.walked, deps, limits.entries);
    if (walked) return walked;
    const more = await candidatesOf(query, limits.entriesAfterWalk, deps);
    if (more) return pageOf(more, query, deps);
    return (await walkFor(query, Number.POSITIVE_INFINITY, deps, limits.entries)) as FoundMedia;
  };

const pageOf = async (candidates: readonly Entry[], query: SearchQuery, deps: SearchDeps): Promise<FoundMedia> => {
  const { limit, offset, after, orderDir } = query;
  const sorted = candidates.toSorted(deps.inOrder(query));
  const isAfter = (entry: Entry): boolean => {
    const key = Buffer.from(deps.sortKey(entry, query));
    return Buffer.compare(key, Buffer.from(after ?? '')) * (orderDir === 'asc' ? 1 : -1) > 0;
  };
  const rest = after === undefined ? sorted : sorted.filter(isAfter);
  const page = rest.slice(offset, offset + limit);
  const last = page.at(-1);
  return {
    items: await deps.records(page.map(({ id }) => id)),
    total: sorted.length,
    totalIsExact: true,
    next: last && rest.length > offset + limit ? deps.sortKey(last, query) : null,
  };
};

/** Everything that matches, or undefined when in some team every word and tag has more than `most`. */
const candidatesOf = async (
  query: SearchQuery,
  most: number,
  deps: SearchDeps,
): Promise<readonly Entry[] | undefined> => {
  const found = await Promise.all(query.scopes.map((scope) => candidatesIn(scope, query, most, deps)));
  return found.every((entries) => entries !== undefined) ? found.flat() : undefined;
};

const candidatesIn = async (
  { teamId, tags }: SearchScope,
  { words, kind }: SearchQuery,
  most: number,
  deps: SearchDeps,
): Promise<readonly Entry[] | undefined> => {
  const sides = await sidesOf(teamId, words, most, deps);
  const whole = sides.filter((side) => side !== undefined);
  const [rarestTag] = tags.toSorted((one, other) => one.count.active.all - other.count.active.all);
  let base: Entries | undefined = whole.toSorted((one, other) => one.size - other.size)[0];
  const tagged = rarestTag?.count.active.all ?? Number.POSITIVE_INFINITY;
  const byTag = rarestTag !== undefined && tagged <= most && tagged < (base?.size ?? Number.POSITIVE_INFINITY);
  if (byTag) base = await deps.terms.withTag(teamId, rarestTag.id);
  if (!base) return undefined;

  const entries = [...base.values()].filter(
    (entry) => (kind === undefined || entry.kind === kind) && whole.every((side) => side.has(entry.id)),
  );
  const openWords = words.filter((_, index) => sides[index] === undefined);
  const openTags = tags.filter(({ id }) => !(byTag && id === rarestTag.id)).map(({ id }) => id);
  if (entries.length === 0 || openWords.length + openTags.length === 0) return entries;
  const records = await deps.records(entries.map(({ id }) => id));
  const matching = new Set((await matchingOf(records, openWords, openTags, deps)).map(({ id }) => id));
  return entries.filter(({ id }) => matching.has(id));
};

/** The entries of each word, or undefined where they are too many, or not worth reading beside a word that is rare. */
const sidesOf = async (
  teamId: string,
  words: readonly string[],
  most: number,
  { terms }: SearchDeps,
): Promise<readonly (Entries | undefined)[]> => {
  const looks = await Promise.all(words.map((word) => terms.withWord(teamId, word)));
  const hasRare = looks.some(({ ended, first }) => ended && first.size <= most);
  return Promise.all(looks.map((look) => (hasRare && !look.ended ? undefined : look.whole(most))));
};

const matchingOf = async (
  records: readonly MediaRecord[],
  words: readonly string[],
  tagIds: readonly string[],
  { tagNames }: SearchDeps,
): Promise<readonly MediaRecord[]> => {
  const tagged = records.filter((record) => tagIds.every((id) => record.tagIds.includes(id)));
  if (words.length === 0) return tagged;
  const names = await tagNames(tagged);
  return tagged.filter((record, index) => {
    const terms = termsOf(record, names[index] ?? []);
    return words.every((word) => matchesTerm(terms, word));
  });
};

/** Undefined when `most` records were looked at and the page is still not full. */
const walkFor = async (
  query: SearchQuery,
  most: number,
  deps: SearchDeps,
  counted: number,
): Promise<FoundMedia | undefined> => {
  const { limit, offset, words, scopes } = query;
  const tagsOf = new Map(scopes.map(({ teamId, tags }) => [teamId, tags.map(({ id }) => id)]));
  const found: MediaRecord[] = [];
  let walked = 0;
  let ended = true;
  for await (const records of deps.walk(query)) {
    const matching = await matchingOf(records, words, [], deps);
    found.push(...matching.filter(({ teamId, tagIds }) => tagsOf.get(teamId)?.every((id) => tagIds.includes(id))));
    walked += records.length;
    if (found.length > offset + limit) {
      ended = false;
      break;
    }
    if (walked >= most) return undefined;
  }
  const items = found.slice(offset, offset + limit);
  const last = items.at(-1);
  const totalIsExact = ended && query.after === undefined;
  const alone = words.length === 1 && query.kind === undefined && scopes.every(({ tags }) => tags.length === 0);
  return {
    items,
    // One word that nothing else narrows was counted before the walk began.
    total: Math.max(found.length, !totalIsExact && alone ? counted : 0),
    totalIsExact,
    next: !ended && last ? deps.sortKey(last, query) : null,
  };
};
