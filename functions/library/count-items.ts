import type { Table } from '../table/table.ts';

/** How many items a range has, counted as far as `most`: an answer of DynamoDB ends at a megabyte, however few items that is. */
export const countItems = async (
  table: Table,
  range: Parameters<Table['query']>[0],
  most = Number.POSITIVE_INFINITY,
): Promise<number> => {
  let count = 0;
  let start = range.ExclusiveStartKey;
  do {
    const Limit = most === Number.POSITIVE_INFINITY ? undefined : most - count;
    const page = await table.query({ ...range, Select: 'COUNT', Limit, ExclusiveStartKey: start });
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start && count < most);
  return count;
};
