import { entity, putNew } from '../accounts/entity.ts';
import type { SavedView } from '../domain/saved-view.ts';
import { savedViewKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';

/** Whose view it is: undefined stands for the team. */
type Holder = string | undefined;

const holderOf = ({ isShared, createdBy }: Pick<SavedView, 'isShared' | 'createdBy'>): Holder =>
  isShared ? undefined : createdBy;

/** Saved views in DynamoDB: those of a team in one range beside it, and those of each member in another. */
export const dynamoSavedViews = (table: Table) => ({
  list: async (teamId: string, holder: Holder): Promise<readonly SavedView[]> => {
    const { pk, sk } = savedViewKey(teamId, holder, '');
    const items = await allItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': sk, ':last': `${sk}\uffff` },
      ConsistentRead: true,
    });
    return items.flatMap((item) => entity<SavedView>(item) ?? []);
  },

  get: async (teamId: string, holder: Holder, id: string): Promise<SavedView | undefined> =>
    entity<SavedView>(await table.get(savedViewKey(teamId, holder, id))),

  create: async (view: SavedView): Promise<void> => {
    const key = savedViewKey(view.teamId, holderOf(view), view.id);
    if ((await table.transact([putNew({ ...key, ...view })])).length > 0)
      throw new Error(`view id ${view.id} is taken`);
  },

  /** Undefined when the view is gone. */
  change: async (
    view: SavedView,
    { name, query, updatedAt }: Pick<SavedView, 'name' | 'query' | 'updatedAt'>,
  ): Promise<SavedView | undefined> => {
    const answer = await table.update({
      Key: savedViewKey(view.teamId, holderOf(view), view.id),
      UpdateExpression: 'SET #name = :name, #query = :query, updatedAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#name': 'name', '#query': 'query' },
      ExpressionAttributeValues: { ':name': name, ':query': query, ':at': updatedAt },
      ReturnValues: 'ALL_NEW',
    });
    return entity<SavedView>(answer?.Attributes);
  },

  remove: ({ teamId, id, ...view }: SavedView): Promise<void> => table.remove(savedViewKey(teamId, holderOf(view), id)),
});

export type SavedViewStore = ReturnType<typeof dynamoSavedViews>;
