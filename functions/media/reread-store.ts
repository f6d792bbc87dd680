import { isSoundOrFilm } from '../domain/file-metadata.ts';
import { rebuildCursorKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

type Cursor = Record<string, unknown> | undefined;

/** The audio and video records of one page. */
export interface RereadPage {
  /** Each with the position after it. */
  readonly found: readonly { readonly mediaId: string; readonly place: Cursor }[];
  readonly next: Cursor;
}

/** The position of a walk over the records of all teams, and its pages. */
export interface RereadStore {
  position(): Promise<Cursor>;
  moveTo(position: Cursor): Promise<void>;
  page(after: Cursor): Promise<RereadPage>;
}

const positionKey = rebuildCursorKey('METADATA');

const PAGE = 100;

/** Pages of an index that only has records: the function that decodes files cannot read the whole table. */
export const dynamoReread = (table: Table, pageSize = PAGE): RereadStore => ({
  position: async () => (await table.get(positionKey))?.after as Cursor,
  moveTo: async (after) => {
    if (after) await table.put({ Item: { ...positionKey, after } });
    else await table.remove(positionKey);
  },
  page: async (after) => {
    const { Items = [], LastEvaluatedKey } = await table.scan({
      IndexName: 'byKindCreated',
      ProjectionExpression: 'pk, sk, kindPk, createdSk, id, mimeType, #state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExclusiveStartKey: after,
      Limit: pageSize,
    });
    const found = Items.filter(({ state, mimeType }) => state === 'active' && isSoundOrFilm(String(mimeType)));
    return {
      found: found.map(({ pk, sk, kindPk, createdSk, id }) => ({
        mediaId: String(id),
        place: { pk, sk, kindPk, createdSk },
      })),
      next: LastEvaluatedKey,
    };
  },
});
