import { mediaIdIn } from '../library/media-list.ts';
import type { TagBackfill } from '../library/tag-store.ts';
import { ABOVE, tagWorkKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** The remaining work on tags that were renamed or removed. */
export interface TagWorkStore {
  get(tagId: string): Promise<TagBackfill | undefined>;
  records(tagId: string, after: string | null, most: number): Promise<{ ids: readonly string[]; next: string | null }>;
  /** Moves on to `next`, or ends. Nothing happens when another call moved it on or the work began anew meanwhile. */
  note(tagId: string, work: TagBackfill, next: string | null): Promise<void>;
}

export const dynamoTagWork = (table: Table): TagWorkStore => ({
  get: async (tagId) => (await table.get(tagWorkKey(tagId))) as TagBackfill | undefined,

  records: async (tagId, after, most) => {
    const { Items = [], LastEvaluatedKey } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': tagWorkKey(tagId).pk, ':first': 'MEDIA#', ':last': `MEDIA#${ABOVE}` },
      ConsistentRead: true,
      Limit: most,
      ...(after === null ? {} : { ExclusiveStartKey: { pk: tagWorkKey(tagId).pk, sk: after } }),
    });
    return { ids: Items.map(mediaIdIn), next: LastEvaluatedKey ? String(LastEvaluatedKey.sk) : null };
  },

  note: async (tagId, { run, after }, next) => {
    const asItWas = {
      ConditionExpression: '#run = :run AND #after = :after',
      ExpressionAttributeNames: { '#run': 'run', '#after': 'after' },
      ExpressionAttributeValues: { ':run': run, ':after': after },
    };
    if (next === null) {
      await table.transact([{ Delete: { Key: tagWorkKey(tagId), ...asItWas } }]);
      return;
    }
    await table.update({
      Key: tagWorkKey(tagId),
      UpdateExpression: 'SET #after = :next',
      ...asItWas,
      ExpressionAttributeValues: { ...asItWas.ExpressionAttributeValues, ':next': next },
    });
  },
});
