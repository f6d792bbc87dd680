import type { IndexedTerms } from '../library/indexed-terms.ts';
import { mediaIdIn } from '../library/media-list.ts';
import { asItWas } from '../library/term-index.ts';
import { rebuildCursorKey, termsKey } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';

/** One entry of the search index, by where it lies. */
export interface IndexEntry extends Key {
  readonly mediaId: string;
  readonly term: string;
}

/** The progress of a rebuild. It reads the table twice: first the counted items, then their counts. */
export interface Position {
  /** The name of the rebuild; ranks that it counts are of this generation. */
  readonly run: string;
  readonly pass: 'items' | 'counts';
  readonly after?: Record<string, unknown> | undefined;
}

/** The items of one page of the table that a rebuild checks. */
export interface RebuildPage {
  /** Of records and of lists of terms. */
  readonly mediaIds: readonly string[];
  readonly entries: readonly IndexEntry[];
  /** Places of records in the lists of tags. */
  readonly places: readonly Key[];
  readonly tagIds: readonly string[];
  /** Copies of tags by team and slug. */
  readonly slugs: readonly Key[];
  /** Entries of the names of tags. */
  readonly names: readonly Key[];
  readonly next: Record<string, unknown> | undefined;
}

/** What a rebuild reads: the whole table, a page at a time. */
export interface RebuildStore {
  position(): Promise<Position | undefined>;
  moveTo(position: Position | undefined): Promise<void>;
  /** Consistent, so that no delay misleads it. */
  page(after: Position['after']): Promise<RebuildPage>;
  /** Does nothing when the terms of the record were written since they were read. */
  remove(entry: IndexEntry, terms: IndexedTerms | undefined): Promise<boolean>;
}

const positionKey = rebuildCursorKey('SEARCH');
const idIn = ({ pk }: Key): string => pk.slice(pk.indexOf('#') + 1);

export const dynamoRebuild = (table: Table): RebuildStore => ({
  position: async () => {
    const item = await table.get(positionKey);
    return item?.run === undefined ? undefined : (item as unknown as Position);
  },
  moveTo: async (position) => {
    if (position) await table.put({ Item: { ...positionKey, ...position } });
    else await table.remove(positionKey);
  },
  page: async (after) => {
    const { Items = [], LastEvaluatedKey } = await table.scan({
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      ExclusiveStartKey: after,
    });
    const keys = Items.map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) }));
    const of = (partition: string, sort: string) =>
      keys.filter(({ pk, sk }) => pk.startsWith(`${partition}#`) && sk.startsWith(sort));
    return {
      mediaIds: [...new Set([...of('MEDIA', 'MEDIA'), ...of('TERMS', 'TERMS')].map(idIn))],
      entries: of('TERM', '').map((key) => ({
        ...key,
        mediaId: mediaIdIn({ ...key }),
        term: key.sk.slice(0, key.sk.lastIndexOf('#')),
      })),
      places: of('TAG', 'MEDIA#'),
      tagIds: of('TAG', 'TAG').map(idIn),
      slugs: of('TEAM', 'TAG#'),
      names: of('TEAM', 'TAGNAME#'),
      next: LastEvaluatedKey,
    };
  },
  remove: async ({ pk, sk, mediaId }, terms) => {
    const unchanged = { ConditionCheck: { Key: termsKey(mediaId), ...asItWas(terms?.turn) } };
    // What the rebuild itself replaced is gone already, and none that led nowhere.
    const isThere = { ConditionExpression: 'attribute_exists(pk)' };
    return (await table.transact([{ Delete: { Key: { pk, sk }, ...isThere } }, unchanged])).length === 0;
  },
});
