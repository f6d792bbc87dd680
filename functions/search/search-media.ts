import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { LARGEST_READ } from '../library/media-list.ts';
import type { Entry } from '../library/term-store.ts';
import { type Candidates, candidatesOf, matchingOf } from './candidates.ts';
import type { ReadRecords, SearchDeps, SearchQuery } from './search-query.ts';

export interface FoundMedia {
  readonly items: readonly MediaRecord[];
  readonly total: number;
  /** False when there are too many to count: `total` is then a lower bound. */
  readonly totalIsExact: boolean;
  readonly next: string | null;
}

/** How much a search reads before it goes about it in another way. */
export const SEARCH_LIMITS = {
  /** Entries of one word or tag that are read whole; the cost of a search grows no further with the library. */
  entries: 1000,
  /** Records that are looked at one by one while every word and tag has more, beside those before the page. */
  walked: 1000,
  /** Records that are checked for unread words, so that the total is exact; beyond it only until the page is full. */
  checked: 100,
  /** For common words that rarely occur together: their entries are read after all. */
  entriesAfterWalk: 20_000,
};

/** Skipping matches of common words means reading them, all in the time of one request. */
const LARGEST_OFFSET = 10_000;
const TOO_FAR = `A search skips at most ${LARGEST_OFFSET} matches; go on from page to page by nextCursor instead`;

/**
 * A page of the records that match all words and tags. The rarest of them is read whole and its records are checked for the
 * others; when all are common, records are read in the requested order and matched until the page is full.
 */
export const searchMedia =
  (deps: SearchDeps, limits = SEARCH_LIMITS) =>
  async (query: SearchQuery): Promise<FoundMedia> => {
    if (query.offset > LARGEST_OFFSET) throw new MediaError('VALIDATION', TOO_FAR);
    const candidates = await candidatesOf(query, limits.entries, limits.checked, deps);
    if (candidates) return pageOf(candidates, query, deps);
    const walked = await fill(query, deps.walk(query), deps, limits.walked + query.offset);
    if (walked) return atLeast(walked, query, limits.entries);
    const more = await candidatesOf(query, limits.entriesAfterWalk, limits.checked, deps);
    if (more) return pageOf(more, query, deps);
    return atLeast((await fill(query, deps.walk(query), deps)) as FoundMedia, query, limits.entries);
  };

const pageOf = async ({ entries, areSure }: Candidates, query: SearchQuery, deps: SearchDeps): Promise<FoundMedia> => {
  const { limit, offset, after } = query;
  const compare = deps.compare(query);
  const sorted = entries.toSorted((one, other) => compare(one.sortKey, other.sortKey));
  const rest = after === undefined ? sorted : sorted.filter(({ sortKey }) => compare(sortKey, after) > 0);
  if (!areSure) return (await fill(query, recordsOf(rest, deps), deps)) as FoundMedia;
  const page = rest.slice(offset, offset + limit);
  const last = page.at(-1);
  return {
    items: await deps.records(page.map(({ id }) => id)),
    total: sorted.length,
    totalIsExact: true,
    next: last && rest.length > offset + limit ? last.sortKey : null,
  };
};

/** The records of entries, in their order. */
const recordsOf = (entries: readonly Entry[], deps: SearchDeps): ReadRecords => {
  let at = 0;
  return async (count) => {
    const some = entries.slice(at, at + count);
    at += some.length;
    return { records: await deps.records(some.map(({ id }) => id)), ended: at === entries.length };
  };
};

/** Reads of a few records more cost less than one more read. */
const MARGIN = 1.2;

/**
 * Matches records until the page is full. The number of the next read follows from the matches so far; when this predicts more
 * than `most`, the answer is undefined.
 */
const fill = async (
  query: SearchQuery,
  read: ReadRecords,
  deps: SearchDeps,
  most = Number.POSITIVE_INFINITY,
): Promise<FoundMedia | undefined> => {
  const { limit, offset, scopes, kind } = query;
  const tagsOf = new Map(scopes.map(({ teamId, tags }) => [teamId, tags.map(({ id }) => id)]));
  const page: MediaRecord[] = [];
  const wanted = offset + limit + 1;
  let [found, seen, ended] = [0, 0, false];
  for (let size = wanted; found < wanted && !ended; ) {
    const next = await read(Math.min(size, LARGEST_READ));
    const candidates = next.records.filter(
      (record) =>
        (kind === undefined || record.kind === kind) &&
        tagsOf.get(record.teamId)?.every((id) => record.tagIds.includes(id)),
    );
    const matching = await matchingOf(candidates, query, deps);
    page.push(...matching.slice(Math.max(0, offset - found), Math.max(0, wanted - found)));
    found += matching.length;
    seen += next.records.length;
    ended = next.ended;
    const ahead = (wanted - found) * ((seen + 1) / (found + 1));
    if (found < wanted && !ended && seen + ahead > most) return undefined;
    size = Math.ceil(ahead * MARGIN);
  }
  const items = page.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    total: found,
    totalIsExact: ended && query.after === undefined,
    next: found >= wanted && last ? deps.sortKey(last, query) : null,
  };
};

/** One word that nothing else narrows was counted before the walk began. */
const atLeast = (page: FoundMedia, { words, within, kind, scopes }: SearchQuery, counted: number): FoundMedia => {
  const alone =
    words.length === 1 && within === undefined && kind === undefined && scopes.every(({ tags }) => tags.length === 0);
  return alone && !page.totalIsExact ? { ...page, total: Math.max(page.total, counted) } : page;
};
