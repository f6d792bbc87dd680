import { type BulkFailure, type BulkJob, type ChangedRecord, MOST_FAILURES } from '../domain/bulk.ts';
import { bulkKey, bulkPageKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** The records of one page of a job, stored before the first of them is changed. */
export interface BulkPage {
  /** Those that the action would change. */
  readonly planned: readonly ChangedRecord[];
  /** How many others have already what it gives. */
  readonly unchanged: number;
  /** The start of the page after it; null on the last. */
  readonly next: string | null;
  /** Those that it changed, once it is done. */
  readonly changed?: readonly ChangedRecord[] | undefined;
}

/** What a page came to. */
export interface PageResult {
  readonly changed: number;
  readonly unchanged: number;
  readonly failures: readonly BulkFailure[];
}

/** A job and its pages can be read, and undone, for so long. */
const KEPT_SECONDS = 7 * 24 * 3600;

const ttlOf = (at: string): number => Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS;

const jobIn = (item: Record<string, unknown> | undefined): BulkJob | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ttl: _ttl, ...job } = item;
  return job as unknown as BulkJob;
};

const OPEN = '(#status = :queued OR #status = :running)';
const open = { ':queued': 'queued', ':running': 'running' };

const putJob = (job: BulkJob): TransactItem => ({
  Put: {
    Item: { ...bulkKey(job.id), ...job, ttl: ttlOf(job.createdAt) },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** The pages of jobs. */
const dynamoPages = (table: Table) => ({
  page: async (id: string, page: number): Promise<BulkPage | undefined> => {
    const item = await table.get(bulkPageKey(id, page));
    return item as unknown as BulkPage | undefined;
  },

  /** Stores the records of a page; false when they are stored already, and may have been changed in part. */
  plan: ({ id, page }: Pick<BulkJob, 'id' | 'page'>, planned: BulkPage, at: string): Promise<boolean> =>
    table.put({
      Item: { ...bulkPageKey(id, page), ...planned, ttl: ttlOf(at) },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),

  /** Stores what a page changed, by which the job is undone. */
  noteChanges: async ({ id, page }: Pick<BulkJob, 'id' | 'page'>, changed: readonly ChangedRecord[]): Promise<void> => {
    await table.update({
      Key: bulkPageKey(id, page),
      UpdateExpression: 'SET changed = :changed',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':changed': changed },
    });
  },
});

/**
 * Changes of many records in DynamoDB:
 *
 *     queued --first page--> running --last page--> done
 *        |                      +--------------------> cancelled, after the page that is under way
 *        +--------------------- + -------------------> failed, when its maker may not do it any more
 *
 * Every change of a job names the page that it was read at, so of two functions with one message one moves it on.
 */
export const dynamoBulk = (table: Table) => ({
  ...dynamoPages(table),

  get: async (id: string): Promise<BulkJob | undefined> => jobIn(await table.get(bulkKey(id))),

  create: async (job: BulkJob): Promise<void> => {
    await table.transact([putJob(job)]);
  },

  /** Stores the job that undoes another; false when one does already. */
  createUndo: async (job: BulkJob, of: string): Promise<boolean> => {
    const failed = await table.transact([
      putJob(job),
      {
        Update: {
          Key: bulkKey(of),
          UpdateExpression: 'SET undoneBy = :undo',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(undoneBy)',
          ExpressionAttributeValues: { ':undo': job.id },
        },
      },
    ]);
    return failed.length === 0;
  },

  /** Moves a job on by a page; undefined when another function did, or it has ended. */
  advance: async (
    job: BulkJob,
    { changed, unchanged, failures }: PageResult,
    next: string | null,
    at: string,
  ): Promise<BulkJob | undefined> => {
    const status = next !== null ? 'running' : 'done';
    const answer = await table.update({
      Key: bulkKey(job.id),
      UpdateExpression:
        'SET #status = :status, page = :next, #after = :after, failures = :failures, updatedAt = :at ADD changed :changed, unchanged :unchanged, failed :failed',
      ConditionExpression: `page = :page AND ${OPEN}`,
      ExpressionAttributeNames: { '#status': 'status', '#after': 'after' },
      ExpressionAttributeValues: {
        ...open,
        ':status': status,
        ':page': job.page,
        ':next': job.page + 1,
        ':after': next,
        ':failures': [...job.failures, ...failures].slice(0, MOST_FAILURES),
        ':changed': changed,
        ':unchanged': unchanged,
        ':failed': failures.length,
        ':at': at,
      },
      ReturnValues: 'ALL_NEW',
    });
    return jobIn(answer?.Attributes);
  },

  /** Asks a job to stop. Undefined when it has ended. */
  cancel: async (id: string, at: string): Promise<BulkJob | undefined> => {
    const answer = await table.update({
      Key: bulkKey(id),
      UpdateExpression: 'SET cancelling = :yes, updatedAt = :at',
      ConditionExpression: OPEN,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ...open, ':yes': true, ':at': at },
      ReturnValues: 'ALL_NEW',
    });
    return jobIn(answer?.Attributes);
  },

  /** Ends a job that has not ended. */
  end: async (id: string, status: 'cancelled' | 'failed', reason: string | null, at: string): Promise<void> => {
    await table.update({
      Key: bulkKey(id),
      UpdateExpression: 'SET #status = :status, reason = :reason, updatedAt = :at',
      ConditionExpression: OPEN,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ...open, ':status': status, ':reason': reason, ':at': at },
    });
  },

  /** Forgets a job that no function was told of. */
  forget: (id: string): Promise<void> => table.remove(bulkKey(id)),
});

export type BulkStore = ReturnType<typeof dynamoBulk>;
