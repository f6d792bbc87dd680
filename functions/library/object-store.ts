import type { ObjectRef } from '../domain/media.ts';
import { ABOVE, holderKey, objectKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** A version of a record's file, as it references an object. */
interface Holder {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
}

/**
 * Objects that several records share. The version that uploaded an object references it, and so does each that reused it later.
 * From the second reference on, a separate item has their count, which changes in the transactions that add and drop a
 * reference. A caller that adds one must ensure, in the same transaction, that an active record has the object as its file: no
 * reference is added to an object whose last one is being dropped.
 */
export const addReference = ({ teamId, mediaId, fileVersion }: Holder, place: ObjectRef): readonly TransactItem[] => [
  {
    Update: {
      Key: objectKey(place),
      UpdateExpression: 'SET holders = if_not_exists(holders, :one) + :one, teamId = :team, mediaId = :media',
      ExpressionAttributeValues: { ':one': 1, ':team': teamId, ':media': place.mediaId },
    },
  },
  {
    Put: {
      Item: { ...holderKey(place, fileVersion), mediaId },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
];

/** How one reference to an object is dropped; `last` when none remains. */
export interface DroppedReference {
  readonly last: boolean;
  /** The first of them fails when the count moved meanwhile. */
  readonly items: readonly TransactItem[];
}

export const dropReference = async (table: Table, holder: Holder, place: ObjectRef): Promise<DroppedReference> => {
  const object = await table.get(objectKey(place));
  const holders = Number(object?.holders ?? 1);
  const count = ((): TransactItem => {
    const Key = objectKey(place);
    if (!object) return { ConditionCheck: { Key, ConditionExpression: 'attribute_not_exists(pk)' } };
    const same = { Key, ConditionExpression: 'holders = :holders' };
    if (holders === 1) return { Delete: { ...same, ExpressionAttributeValues: { ':holders': 1 } } };
    return {
      Update: {
        ...same,
        UpdateExpression: 'ADD holders :less',
        ExpressionAttributeValues: { ':holders': holders, ':less': -1 },
      },
    };
  })();
  const isOwn = place.fileVersion === holder.fileVersion;
  return {
    last: holders === 1,
    items: [count, ...(isOwn ? [] : [{ Delete: { Key: holderKey(place, holder.fileVersion) } }])],
  };
};

export const dynamoObjects = (table: Table) => ({
  /** Whether other records reference an object, or did so and one of them still does. */
  isShared: async (place: ObjectRef): Promise<boolean> => (await table.get(objectKey(place))) !== undefined,

  /** The records that reused an object; some may have given it up since. */
  holders: async (place: ObjectRef): Promise<readonly string[]> => {
    const items = await allItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': objectKey(place).pk, ':from': 'HOLDER#', ':to': `HOLDER#${ABOVE}` },
      ConsistentRead: true,
    });
    return items.map(({ mediaId }) => String(mediaId));
  },
});

export type ObjectStore = ReturnType<typeof dynamoObjects>;
