import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

type Query = Omit<QueryCommandInput, 'TableName'>;
type Item = Record<string, unknown>;

/** The items of a whole query, by its pages: each has what DynamoDB reads in one request, a megabyte or `Limit`. */
export async function* pagesOf(table: Pick<Table, 'query'>, query: Query): AsyncGenerator<readonly Item[]> {
  let start = query.ExclusiveStartKey;
  do {
    const { Items = [], LastEvaluatedKey } = await table.query({ ...query, ExclusiveStartKey: start });
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
}

/** All items of a query, for ranges that have a bound of their own. */
export const allItems = async (table: Pick<Table, 'query'>, query: Query): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const page of pagesOf(table, query)) items.push(...page);
  return items;
};
