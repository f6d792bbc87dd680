import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { LARGEST_READ } from '../library/media-list.ts';
import type { Entry } from '../library/term-store.ts';
import { type Candidates, candidatesOf, matchingOf } from './candidates.ts';
import { metered } from './metered.ts';
import type { ReadRecords, SearchDeps, SearchQuery } from './search-query.ts';

export interface FoundMedia {
  readonly items: readonly MediaRecord[];
  readonly total: number;
  /** False when there are too many to count: `total` is then a lower bound. */
  readonly totalIsExact: boolean;
  readonly next: string | null;
  /** What was read for it, in entries; a query counts as fifty of them at least. */
  readonly read: number;
}

/** A page before it is known what it cost. */
type FoundPage = Omit<FoundMedia, 'read'>;

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
  /**
   * Entries that are looked at one by one when nothing else is left, beside those before the page: a few seconds of a call. The
   * page is short then, and its cursor goes on.
   */
  walkedAtLast: 20_000,
};

/** Skipping matches of common words means reading them, all in the time of one request. */
const LARGEST_OFFSET = 10_000;
const TOO_RARE = 'These matches are too rare to be skipped by an offset; go on from page to page by nextCursor instead';
const TOO_FAR = `A search skips at most ${LARGEST_OFFSET} matches; go on from page to page by nextCursor instead`;

/**
 * A page of the records that match all words and tags. The rarest of them is read whole and its records are checked for the
 * others; when all are common, records are read in the requested order and matched until the page is full, or so many were
 * read that the next call goes on.
 */
export const searchMedia =
  (deps: SearchDeps, limits = SEARCH_LIMITS) =>
  async (query: SearchQuery): Promise<FoundMedia> => {
    if (query.offset > LARGEST_OFFSET) throw new MediaError('VALIDATION', TOO_FAR);
    const meter = metered(deps);
    const page = await searchPage(meter.deps, limits, query);
    return { ...page, read: meter.read() };
  };

const searchPage = async (deps: SearchDeps, limits: typeof SEARCH_LIMITS, query: SearchQuery): Promise<FoundPage> => {
  const stopAt = limits.walkedAtLast + query.offset;
  const candidates = await candidatesOf(query, limits.entries, limits.checked, deps);
  if (candidates) return pageOf(candidates, query, deps, stopAt);
  const walked = await fill(query, deps.walk(query), deps, { stopAt, giveUpAt: limits.walked + query.offset });
  if (walked) return atLeast(walked, query, limits.entries);
  // All teams of a person share what is read at once.
  const share = Math.floor(limits.entriesAfterWalk / query.scopes.length);
  const more = await candidatesOf(query, share, limits.checked, deps);
  if (more) return pageOf(more, query, deps, stopAt);
  return atLeast(await filled(query, deps.walk(query), deps, stopAt), query, limits.entries);
};

const pageOf = async (
  { entries, areSure }: Candidates,
  query: SearchQuery,
  deps: SearchDeps,
  stopAt: number,
): Promise<FoundPage> => {
  const { limit, offset, after } = query;
  const compare = deps.compare(query);
  const sorted = entries.toSorted((one, other) => compare(one.sortKey, other.sortKey));
  const rest = after === undefined ? sorted : sorted.filter(({ sortKey }) => compare(sortKey, after) > 0);
  if (!areSure) return filled(query, recordsOf(rest, deps), deps, stopAt);
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
    const records = await deps.records(some.map(({ id }) => id));
    return { records, ended: at === entries.length, last: some.at(-1)?.sortKey };
  };
};

/** Reads of a few records more cost less than one more read. */
const MARGIN = 1.2;

/** How many entries a fill reads. */
interface FillBounds {
  /** The page ends here, full or not. */
  readonly stopAt: number;
  /** There is no page when so many would not fill it. */
  readonly giveUpAt?: number;
}

/** A page of what matches among the next `stopAt` entries. */
const filled = async (query: SearchQuery, read: ReadRecords, deps: SearchDeps, stopAt: number): Promise<FoundPage> => {
  const page = await fill(query, read, deps, { stopAt });
  if (!page) throw new Error('A fill without a prediction ends with a page');
  return page;
};

/**
 * Matches records until the page is full. The number of the next read follows from the matches so far; when this predicts more
 * than `giveUpAt`, the answer is undefined.
 */
const fill = async (
  query: SearchQuery,
  read: ReadRecords,
  deps: SearchDeps,
  { stopAt, giveUpAt = Number.POSITIVE_INFINITY }: FillBounds,
): Promise<FoundPage | undefined> => {
  const { limit, offset, scopes, kind } = query;
  const tagsOf = new Map(scopes.map(({ teamId, tags }) => [teamId, tags.map(({ id }) => id)]));
  const page: MediaRecord[] = [];
  const wanted = offset + limit + 1;
  let [found, seen, ended] = [0, 0, false];
  let position: string | undefined;
  for (let size = wanted; found < wanted && !ended && seen < stopAt; ) {
    const count = Math.min(size, LARGEST_READ, stopAt - seen);
    const next = await read(count);
    const candidates = next.records.filter(
      (record) =>
        (kind === undefined || record.kind === kind) &&
        tagsOf.get(record.teamId)?.every((id) => record.tagIds.includes(id)),
    );
    const matching = await matchingOf(candidates, query, deps);
    page.push(...matching.slice(Math.max(0, offset - found), Math.max(0, wanted - found)));
    found += matching.length;
    seen += count;
    position = next.last ?? position;
    ended = next.ended;
    const ahead = (wanted - found) * ((seen + 1) / (found + 1));
    if (found < wanted && !ended && seen + ahead > giveUpAt) return undefined;
    size = Math.ceil(ahead * MARGIN);
  }
  // Of what was not looked at, a cursor does not say how many have to be skipped.
  if (!ended && found < offset) throw new MediaError('VALIDATION', TOO_RARE);
  const items = page.slice(0, limit);
  const last = items.at(-1);
  const isFull = found >= wanted && last !== undefined;
  return {
    items,
    total: found,
    totalIsExact: ended && query.after === undefined,
    next: isFull ? deps.sortKey(last, query) : ended ? null : (position ?? null),
  };
};

/** One word that nothing else narrows was counted before the walk began. */
const atLeast = (page: FoundPage, { words, within, kind, scopes }: SearchQuery, counted: number): FoundPage => {
  const alone =
    words.length === 1 && within === undefined && kind === undefined && scopes.every(({ tags }) => tags.length === 0);
  return alone && !page.totalIsExact ? { ...page, total: Math.max(page.total, counted) } : page;
};
