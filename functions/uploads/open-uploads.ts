import { MediaError } from '../domain/errors.ts';
import type { PartAlgorithm } from '../domain/parts.ts';
import { noRoomForPart, type UploadProgress, type UploadSession } from '../domain/upload.ts';
import { withinQuota } from '../library/within-quota.ts';
import { pendingRange } from '../table/index-keys.ts';
import { uploadKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { givenUpReader } from './given-up-count.ts';
import { countPending } from './open-count.ts';
import { uploadSession } from './upload-items.ts';

export interface PendingPage {
  readonly items: readonly UploadSession[];
  /** Where the next page begins; null when this is the last. */
  readonly next: string | null;
}

const ATTEMPTS = 8;

const listPending = async (
  table: Table,
  userId: string,
  limit: number,
  after: string | undefined,
): Promise<PendingPage> => {
  const { Items = [], LastEvaluatedKey } = await table.query({
    IndexName: 'byCreated',
    KeyConditionExpression: after === undefined ? 'listPk = :pk' : 'listPk = :pk AND createdSk < :after',
    ExpressionAttributeValues: {
      ':pk': pendingRange(userId),
      ...(after === undefined ? {} : { ':after': after }),
    },
    ScanIndexForward: false,
    Limit: limit + 1,
  });
  const page = Items.slice(0, limit);
  // A page that a megabyte cut short is not the last one.
  const isLast = Items.length <= limit && !LastEvaluatedKey;
  const next = isLast ? null : String(page.at(-1)?.createdSk);
  return { items: page.map(uploadSession), next };
};

/** The steps of an upload while its bytes arrive: finding it, adding parts, reporting progress. */
export const dynamoOpenUploads = (table: Table) => ({
  /** How many uploads a person's logins, or their keys, have begun and not finished, counted as far as `most`. */
  count: (opener: Pick<UploadSession, 'userId' | 'by'>, most: number): Promise<number> =>
    countPending(table, opener, most),

  /** How many uploads they gave up in the hour of `at`; as it was some seconds ago where that is far from `most`. */
  givenUp: givenUpReader(table),

  /** Unfinished uploads of a person, newest first. */
  list: (userId: string, limit: number, after?: string): Promise<PendingPage> =>
    listPending(table, userId, limit, after),

  /** Notes which upload of S3 takes the parts. Of two callers one is first; false for the other, and once it is over. */
  takeParts: async (id: string, s3: { uploadId: string; algorithm: PartAlgorithm }): Promise<boolean> =>
    (await table.update({
      Key: uploadKey(id),
      UpdateExpression: 'SET #multipart.#uploadId = :uploadId, #multipart.#algorithm = :algorithm',
      ConditionExpression: '#status = :pending AND #multipart.#uploadId = :none',
      ExpressionAttributeNames: {
        '#multipart': 'multipart',
        '#uploadId': 'uploadId',
        '#algorithm': 'algorithm',
        '#status': 'status',
      },
      ExpressionAttributeValues: {
        ':uploadId': s3.uploadId,
        ':algorithm': s3.algorithm,
        ':pending': 'pending',
        ':none': null,
      },
    })) !== undefined,

  /**
   * Holds so many bytes of the quota for an upload of unknown size, if it does not yet; throws `QUOTA_EXCEEDED`. What is held
   * only grows, until the upload is there or over: then the rest is given back with it.
   */
  reserve: async (session: UploadSession, bytes: number, quotaBytes: number): Promise<void> => {
    let current: UploadSession | undefined = session;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (!current?.sizeOpen || current.status !== 'pending') {
        throw new MediaError('CONFLICT', 'The upload takes no bytes any more');
      }
      if (current.fileSize >= bytes) return;
      const failed = await grow(table, current, bytes, quotaBytes);
      if (failed === 'full') throw noRoomForPart(quotaBytes);
      if (failed.length === 0) return;
      const item = await table.get(uploadKey(session.id));
      current = item && uploadSession(item);
    }
    throw new MediaError('BUSY', 'The parts of this upload are signed by too many at once', { retryAfter: 1 });
  },

  /**
   * Stores the progress of an upload, unless it was stored after `since`. Listeners get it through the table's
   * stream.
   */
  progress: async (id: string, progress: UploadProgress, since: string): Promise<void> => {
    await table.update({
      Key: uploadKey(id),
      UpdateExpression: 'SET progress = :progress',
      ConditionExpression: '#status = :pending AND (attribute_not_exists(progress) OR progress.#at <= :since)',
      ExpressionAttributeNames: { '#status': 'status', '#at': 'at' },
      ExpressionAttributeValues: { ':progress': progress, ':pending': 'pending', ':since': since },
    });
  },
});

/** The failed positions, when another call was first; `full` when the quota leaves no room. */
const grow = async (
  table: Table,
  { id, teamId, fileSize }: UploadSession,
  bytes: number,
  quotaBytes: number,
): Promise<readonly number[] | 'full'> => {
  const more = bytes - fileSize;
  if (more > quotaBytes) return 'full';
  const grown = {
    Update: {
      Key: uploadKey(id),
      UpdateExpression: 'SET fileSize = :bytes',
      ConditionExpression: '#status = :pending AND sizeOpen = :open AND fileSize = :before',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':bytes': bytes, ':pending': 'pending', ':open': true, ':before': fileSize },
    },
  };
  const change = { teamId, delta: { committed: more }, most: { committed: quotaBytes } };
  const failed = await withinQuota(table, change, 1, (counted) => table.transact([grown, counted]));
  return typeof failed === 'string' ? 'full' : failed;
};

export type OpenUploads = ReturnType<typeof dynamoOpenUploads>;
