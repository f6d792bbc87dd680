import { tooManyOpen, type UploadSession } from '../domain/upload.ts';
import { countItems } from '../library/count-items.ts';
import { makeWithin, oneLess, oneMoreAnyway } from '../table/bounded-count.ts';
import { openUploadsKey, pendingRange } from '../table/keys.ts';
import type { Table, TransactItem, TransactItems } from '../table/table.ts';

/** An index of DynamoDB follows its table within moments, and nothing bounds them; a minute is far beyond. */
const INDEX_LAG_SECONDS = 60;

/** Unfinished uploads of a person by the index, counted as far as `most`. */
export const countPending = (table: Table, userId: string, most: number): Promise<number> =>
  countItems(
    table,
    {
      IndexName: 'byCreated',
      KeyConditionExpression: 'listPk = :pk',
      ExpressionAttributeValues: { ':pk': pendingRange(userId) },
    },
    most,
  );

/** There may be more than the bound, from before it existed: all of them are counted. */
export const openWithin = async (
  table: Table,
  userId: string,
  most: number | undefined,
  items: TransactItems,
): Promise<readonly number[]> => {
  const key = openUploadsKey(userId);
  if (most === undefined) return table.transact([...items, oneMoreAnyway(key)]);
  // An upload counts as unfinished while it is pending: every change of that status also changes the count.
  const count = () => countPending(table, userId, Number.POSITIVE_INFINITY);
  const failed = await makeWithin(table, { key, most, count, lagSeconds: INDEX_LAG_SECONDS }, items);
  if (failed === 'full') throw tooManyOpen(most);
  return failed;
};

type OpenStatus = 'pending' | 'processing';

/**
 * Moves an upload out of an open status. `step` tries it from one of them, with the items beside, and answers the positions
 * that did not hold, of which the first is the status. A pending upload may become processing meanwhile, and never the other
 * way.
 */
export const countedOut = (userId: string, from: OpenStatus): readonly TransactItem[] =>
  from === 'pending' ? [oneLess(openUploadsKey(userId))] : [];

/** The start of the next page; null on the last. */
export const leaveOpen = async (
  { userId, status }: Pick<UploadSession, 'userId' | 'status'>,
  step: (from: OpenStatus, beside: readonly TransactItem[]) => Promise<readonly number[]>,
): Promise<readonly number[]> => {
  const order: readonly OpenStatus[] =
    status === 'processing' ? ['processing', 'pending', 'processing'] : ['pending', 'processing'];
  let failed: readonly number[] = [];
  for (const from of order) {
    failed = await step(from, countedOut(userId, from));
    if (!failed.includes(0)) return failed;
  }
  return failed;
};
