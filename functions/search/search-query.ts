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
  /** Where words are looked for: in all texts, unless the file name alone is asked for. */
  readonly within?: 'filename' | undefined;
  readonly kind: MediaKind | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly after: string | undefined;
}

/** Records of the next entries, fewer than these when some are gone. */
interface ReadPart {
  readonly records: readonly MediaRecord[];
  /** No entry remains. */
  readonly ended: boolean;
  /** The sort key of the last entry that was read. */
  readonly last: string | undefined;
}

/** Reads the next `count` entries. */
export type ReadRecords = (count: number) => Promise<ReadPart>;

export interface SearchDeps {
  readonly terms: TermStore;
  /** Active records by id, in this order; missing ones are left out. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  /** Texts beside records: names of tags, words of the file's text. */
  readonly tagNames: (records: readonly MediaRecord[]) => Promise<readonly (readonly string[])[]>;
  /** Records in the order of the query, by one tag of each team or whole teams. */
  readonly walk: (query: SearchQuery) => ReadRecords;
  /** Compares sort keys in the direction of an order. */
  readonly compare: (order: ListOrder) => (one: string, other: string) => number;
  readonly sortKey: (record: MediaRecord, order: ListOrder) => string;
}
