import { boundFor, countedFor } from '../domain/counted-for.ts';
import { tooManyOpen, type UploadSession } from '../domain/upload.ts';
import { countItems } from '../library/count-items.ts';
import { makeWithin, oneLess, oneMoreAnyway } from '../table/bounded-count.ts';
import { pendingRange } from '../table/index-keys.ts';
import { openUploadsKey } from '../table/keys.ts';
import type { Key, Table, TransactItem, TransactItems } from '../table/table.ts';

/** An index of DynamoDB follows its table within moments, and nothing bounds them; a minute is far beyond. */
const INDEX_LAG_SECONDS = 60;

type Opener = Pick<UploadSession, 'userId' | 'by'>;

const counterOf = ({ userId, by }: Opener): Key => openUploadsKey(countedFor(userId, by).id);

/** Unfinished uploads of a person's logins, or of their keys, by the index, counted as far as `most`. */
export const countPending = (table: Table, { userId, by }: Opener, most: number): Promise<number> =>
  countItems(
    table,
    {
      IndexName: 'byCreated',
      KeyConditionExpression: 'listPk = :pk',
      FilterExpression: by?.kind === 'api-key' ? '#by.#kind = :key' : 'attribute_not_exists(#by) OR #by.#kind <> :key',
      ExpressionAttributeNames: { '#by': 'by', '#kind': 'kind' },
      ExpressionAttributeValues: { ':pk': pendingRange(userId), ':key': 'api-key' },
    },
    most,
  );

/**
 * Writes these items and counts one more unfinished upload of a person, or of their keys; throws `RATE_LIMITED` where a person has
 * `most` or the keys half of it. Answers the positions whose condition did not hold.
 */
export const openWithin = async (
  table: Table,
  opener: Opener,
  mostOfPerson: number | undefined,
  items: TransactItems,
): Promise<readonly number[]> => {
  const key = counterOf(opener);
  const most = mostOfPerson && boundFor(countedFor(opener.userId, opener.by), mostOfPerson);
  if (most === undefined) return table.transact([...items, oneMoreAnyway(key)]);
  // Beyond the bound there may be some, which no bound held: all of them are counted.
  const count = () => countPending(table, opener, Number.POSITIVE_INFINITY);
  const failed = await makeWithin(table, { key, most, count, lagSeconds: INDEX_LAG_SECONDS }, items);
  if (failed === 'full') throw tooManyOpen(most);
  return failed;
};

type OpenStatus = 'pending' | 'processing';

/** An upload counts among the unfinished ones of its person while it is pending: what leaves that status also counts it out. */
export const countedOut = (opener: Opener, from: OpenStatus): readonly TransactItem[] =>
  from === 'pending' ? [oneLess(counterOf(opener))] : [];

/**
 * Moves an upload out of an open status. `step` tries one of them, together with the items beside, and answers the positions
 * that failed; the first position is the status. A pending upload may become `processing` meanwhile, never the reverse.
 */
export const leaveOpen = async (
  { status, ...opener }: Opener & Pick<UploadSession, 'status'>,
  step: (from: OpenStatus, beside: readonly TransactItem[]) => Promise<readonly number[]>,
): Promise<readonly number[]> => {
  const order: readonly OpenStatus[] =
    status === 'processing' ? ['processing', 'pending', 'processing'] : ['pending', 'processing'];
  let failed: readonly number[] = [];
  for (const from of order) {
    failed = await step(from, countedOut(opener, from));
    if (!failed.includes(0)) return failed;
  }
  return failed;
};
