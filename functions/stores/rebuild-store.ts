import { termsKey } from './keys.ts';
import { mediaIdIn } from './media-list.ts';
import type { Key, Table } from './table.ts';
import { asItWas, type IndexedTerms } from './term-store.ts';

/** One entry of the search index, by where it lies. */
export interface IndexEntry extends Key {
  readonly mediaId: string;
  readonly term: string;
}

export type Position = Record<string, unknown> | undefined;

/** What a rebuild reads: the whole table, a page at a time. */
export interface RebuildStore {
  position(): Promise<Position>;
  moveTo(position: Position): Promise<void>;
  /** Records, lists of terms and entries of one page; consistent, so that no delay misleads it. */
  page(after: Position): Promise<{ mediaIds: readonly string[]; entries: readonly IndexEntry[]; next: Position }>;
  /** Does nothing when the terms of the record were written since they were read. */
  remove(entry: IndexEntry, terms: IndexedTerms | undefined): Promise<boolean>;
}

const positionKey: Key = { pk: 'REBUILD#CURSOR', sk: 'SEARCH' };

export const dynamoRebuild = (table: Table): RebuildStore => ({
  position: async () => (await table.get(positionKey))?.after as Position,
  moveTo: async (after) => {
    if (after) await table.put({ Item: { ...positionKey, after } });
    else await table.remove(positionKey);
  },
  page: async (after) => {
    const { Items = [], LastEvaluatedKey } = await table.scan({
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      ExclusiveStartKey: after,
    });
    const keys = Items.map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) }));
    const media = keys
      .filter(({ sk }) => sk === 'MEDIA' || sk === 'TERMS')
      .map(({ pk }) => pk.slice(pk.indexOf('#') + 1));
    return {
      mediaIds: [...new Set(media)],
      entries: keys
        .filter(({ pk }) => pk.startsWith('TERM#'))
        .map((key) => ({ ...key, mediaId: mediaIdIn({ ...key }), term: key.sk.slice(0, key.sk.lastIndexOf('#')) })),
      next: LastEvaluatedKey,
    };
  },
  remove: async ({ pk, sk, mediaId }, terms) => {
    const unchanged = { ConditionCheck: { Key: termsKey(mediaId), ...asItWas(terms?.turn) } };
    return (await table.transact([{ Delete: { Key: { pk, sk } } }, unchanged])).length === 0;
  },
});
