import { entity, putNew } from '../accounts/entity.ts';
import type { Collection, OrderedCollection } from '../domain/collection.ts';
import { collectionKey, teamCollectionKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';

/** What the team's list has of a collection. */
const listed = ({ mediaIds: _, ...collection }: OrderedCollection): Collection => collection;

/** Collections in DynamoDB: each with its order in one item, and an entry without it in the list of its team. */
export const dynamoCollections = (table: Table) => ({
  get: async (id: string): Promise<OrderedCollection | undefined> =>
    entity<OrderedCollection>(await table.get(collectionKey(id))),

  list: async (teamId: string): Promise<readonly Collection[]> => {
    const items = await allItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': teamCollectionKey(teamId, '').pk,
        ':first': 'COLLECTION#',
        ':last': 'COLLECTION#\uffff',
      },
      ConsistentRead: true,
    });
    return items.flatMap((item) => entity<Collection>(item) ?? []);
  },

  create: async (collection: OrderedCollection): Promise<void> => {
    const { teamId, id } = collection;
    const failed = await table.transact([
      putNew({ ...collectionKey(id), ...collection }),
      putNew({ ...teamCollectionKey(teamId, id), ...listed(collection) }),
    ]);
    if (failed.length > 0) throw new Error(`collection id ${id} is taken`);
  },

  /** Replaces a collection that still has this version. False when another call has changed or removed it. */
  change: async (collection: OrderedCollection, version: number): Promise<boolean> => {
    const { teamId, id } = collection;
    const isVersion = {
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': version },
    };
    const failed = await table.transact([
      { Put: { Item: { ...collectionKey(id), ...collection }, ...isVersion } },
      { Put: { Item: { ...teamCollectionKey(teamId, id), ...listed(collection) }, ...isVersion } },
    ]);
    return failed.length === 0;
  },

  /** Removing a collection leaves its records. False when there is none. */
  remove: async (teamId: string, id: string): Promise<boolean> => {
    const isThere = { ConditionExpression: 'attribute_exists(pk)' };
    const failed = await table.transact([
      { Delete: { Key: collectionKey(id), ...isThere } },
      { Delete: { Key: teamCollectionKey(teamId, id), ...isThere } },
    ]);
    return failed.length === 0;
  },
});

export type CollectionStore = ReturnType<typeof dynamoCollections>;
