import type { MediaKind, MediaRecord } from '../domain/media.ts';
import type { ListOrder } from '../domain/ports.ts';
import type { CountedTag } from '../domain/tag.ts';
import type { TermStore } from '../library/term-store.ts';
/** One team's part of a search: its tags that all have to be there. */
export interface SearchScope {
  readonly teamId: string;
  readonly tags: readonly CountedTag[];
}

export interface SearchQuery extends ListOrder {
  readonly scopes: readonly SearchScope[];
  readonly words: readonly string[];
  /** Reads the next `count` records, fewer when some are gone; `ended` when none remain. */
  readonly within?: 'filename' | undefined;
  readonly kind: MediaKind | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly after: string | undefined;
}

/** Active records by id, in this order; missing ones are left out. */
export type ReadRecords = (
  count: number,
) => Promise<{ readonly records: readonly MediaRecord[]; readonly ended: boolean }>;

export interface SearchDeps {
  readonly terms: TermStore;
  /** Texts beside records: names of tags, words of the file's text. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  /** The reads of search, from the library table. */
  readonly tagNames: (records: readonly MediaRecord[]) => Promise<readonly (readonly string[])[]>;
  /** Records in the order of the query, by one tag of each team or whole teams. */
  readonly walk: (query: SearchQuery) => ReadRecords;
  /** Compares sort keys in the direction of an order. */
  readonly compare: (order: ListOrder) => (one: string, other: string) => number;
  readonly sortKey: (record: MediaRecord, order: ListOrder) => string;
}
