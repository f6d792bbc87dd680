import type { MediaKind, MediaRecord } from '../domain/media.ts';
import type { ListOrder } from '../domain/ports.ts';
import type { CountedTag } from '../domain/tag.ts';
import type { Entry, TermStore } from '../stores/term-store.ts';
import { type Candidates, candidatesOf, matchingOf } from './candidates.ts';

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
  /** What stands beside records: names of tags, words of the file's text. */
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
  /** Records that are checked for what was not read, so that the total is exact; beyond it only until the page is full. */
  checked: 100,
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
    const candidates = await candidatesOf(query, limits.entries, limits.checked, deps);
    if (candidates) return pageOf(candidates, query, deps);
    const walked = await fill(query, deps.walk(query), deps, limits.walked);
    if (walked) return atLeast(walked, query, limits.entries);
    const more = await candidatesOf(query, limits.entriesAfterWalk, limits.checked, deps);
    if (more) return pageOf(more, query, deps);
    return atLeast((await fill(query, deps.walk(query), deps)) as FoundMedia, query, limits.entries);
  };

const pageOf = async ({ entries, areSure }: Candidates, query: SearchQuery, deps: SearchDeps): Promise<FoundMedia> => {
  const { limit, offset, after, orderDir } = query;
  const sorted = entries.toSorted(deps.inOrder(query));
  const isAfter = (entry: Entry): boolean => {
    const key = Buffer.from(deps.sortKey(entry, query));
    return Buffer.compare(key, Buffer.from(after ?? '')) * (orderDir === 'asc' ? 1 : -1) > 0;
  };
  const rest = after === undefined ? sorted : sorted.filter(isAfter);
  if (!areSure) return (await fill(query, recordsIn(rest, query, deps), deps)) as FoundMedia;
  const page = rest.slice(offset, offset + limit);
  const last = page.at(-1);
  return {
    items: await deps.records(page.map(({ id }) => id)),
    total: sorted.length,
    totalIsExact: true,
    next: last && rest.length > offset + limit ? deps.sortKey(last, query) : null,
  };
};

/** Records of one read while candidates are checked; the first read is smaller, since most pages need no more. */
const LARGEST_READ = 100;

async function* recordsIn(
  entries: readonly Entry[],
  { limit, offset }: SearchQuery,
  deps: SearchDeps,
): AsyncGenerator<readonly MediaRecord[]> {
  let size = offset + limit + 1;
  for (let at = 0; at < entries.length; at += size, size = LARGEST_READ) {
    yield await deps.records(entries.slice(at, at + size).map(({ id }) => id));
  }
}

/** Matches records until the page is full. Undefined when `most` were looked at and it still is not. */
const fill = async (
  query: SearchQuery,
  batches: AsyncIterable<readonly MediaRecord[]>,
  deps: SearchDeps,
  most = Number.POSITIVE_INFINITY,
): Promise<FoundMedia | undefined> => {
  const { limit, offset, words, scopes, kind } = query;
  const tagsOf = new Map(scopes.map(({ teamId, tags }) => [teamId, tags.map(({ id }) => id)]));
  const found: MediaRecord[] = [];
  let seen = 0;
  let ended = true;
  for await (const records of batches) {
    const candidates = records.filter(
      (record) =>
        (kind === undefined || record.kind === kind) &&
        tagsOf.get(record.teamId)?.every((id) => record.tagIds.includes(id)),
    );
    found.push(...(await matchingOf(candidates, words, deps)));
    seen += records.length;
    if (found.length > offset + limit) {
      ended = false;
      break;
    }
    if (seen >= most) return undefined;
  }
  const items = found.slice(offset, offset + limit);
  const last = items.at(-1);
  return {
    items,
    total: found.length,
    totalIsExact: ended && query.after === undefined,
    next: !ended && last ? deps.sortKey(last, query) : null,
  };
};

/** One word that nothing else narrows was counted before the walk began. */
const atLeast = (page: FoundMedia, { words, kind, scopes }: SearchQuery, counted: number): FoundMedia => {
  const alone = words.length === 1 && kind === undefined && scopes.every(({ tags }) => tags.length === 0);
  return alone && !page.totalIsExact ? { ...page, total: Math.max(page.total, counted) } : page;
};
