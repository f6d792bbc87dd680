import { boundFor, countedFor } from '../domain/counted-for.ts';
import { tooManyOpen, type UploadSession } from '../domain/upload.ts';
import { countItems } from '../library/count-items.ts';
import { setCounter, setFirst } from '../library/set-counter.ts';
import { readShards } from '../library/total-shards.ts';
import { countersIn, counterUpdate } from '../library/totals.ts';
import type { Bounded } from '../library/within-quota.ts';
import { pendingRange } from '../table/index-keys.ts';
import { openUploadsKey } from '../table/keys.ts';
import { jitteredPause, type Key, type Table, type TransactItem } from '../table/table.ts';

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

const ATTEMPTS = 8;
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Notes in a shard when it last counted an upload. */
const notingTime = ({ Update, ...item }: TransactItem): TransactItem => ({
  ...item,
  ...(Update && {
    Update: {
      ...Update,
      UpdateExpression: `SET #madeAt = :madeAt ${Update.UpdateExpression}`,
      ExpressionAttributeNames: { ...Update.ExpressionAttributeNames, '#madeAt': 'madeAt' },
      ExpressionAttributeValues: { ...Update.ExpressionAttributeValues, ':madeAt': nowSeconds() },
    },
  }),
});

/**
 * Counts by the index what a person has open, for libraries from before there was a count, and for one that reached its bound:
 * then the index must be able to have all that was opened. Answers whether the figure changed.
 */
const countAnew = async (table: Table, opener: Opener, isFull: boolean): Promise<boolean> => {
  const counter = counterOf(opener);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const items = await readShards(table, counter);
    const all = [items.first, ...items.shards.values()];
    const isCounted = items.first.isCounted === true;
    if (isCounted && !isFull) return false;
    const madeAt = Math.max(...all.map((item) => Number(item.madeAt ?? 0)));
    if (isCounted && nowSeconds() - madeAt < INDEX_LAG_SECONDS) return false;
    const used = countersIn(items).count ?? 0;
    const listed = await countPending(table, opener, Number.POSITIVE_INFINITY);
    if (isCounted && listed === used) return false;
    // What was opened without a bound counts already, and the index may not have it yet.
    const count = isCounted ? listed : Math.max(listed, used);
    const set = isCounted ? setCounter : (...given: Parameters<typeof setCounter>) => [setFirst(...given)];
    if ((await table.transact(set(counter, { count }, items, { isCounted: true }))).length === 0) return true;
    await jitteredPause(attempt);
  }
  return false;
};

/**
 * One more unfinished upload of a person, or of their keys, for `withinQuotas`: a person has at most `mostOfPerson`, and the keys
 * half of it.
 */
export const countedIn = (table: Table, opener: Opener, mostOfPerson: number | undefined): Bounded => ({
  counter: counterOf(opener),
  delta: { count: 1 },
  most: mostOfPerson === undefined ? {} : { count: boundOf(opener, mostOfPerson) },
  noting: notingTime,
  recount: (isFull) => countAnew(table, opener, isFull),
});

const boundOf = ({ userId, by }: Opener, mostOfPerson: number): number =>
  boundFor(countedFor(userId, by), mostOfPerson);

/** The refusal where `countedIn` found no room. */
export const tooManyOf = (opener: Opener, mostOfPerson = 0): Error => tooManyOpen(boundOf(opener, mostOfPerson));

type OpenStatus = 'pending' | 'processing';

/** An upload counts among the unfinished ones of its person while it is pending: what leaves that status also counts it out. */
export const countedOut = (opener: Opener, from: OpenStatus): readonly TransactItem[] =>
  from === 'pending' ? [counterUpdate(counterOf(opener), { count: -1 })] : [];

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
