import type { UploadStore } from '../domain/ports.ts';
import { FIRST_CHECK_SECONDS, noRecord, noRoom } from '../domain/upload.ts';
import { totalsUpdate } from '../library/totals.ts';
import { withinQuotas } from '../library/within-quota.ts';
import { dueKeys, pendingKeys } from '../table/index-keys.ts';
import { totalsKey, uploadKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { countedIn, countedOut, tooManyOf } from './open-count.ts';
import { uploadsToNothing, uploadsToRecords } from './upload-endings.ts';
import { later, promiseOf, uploadSession } from './upload-items.ts';

/** The size of an upload that was announced without one, once its bytes are counted. */
const measured = (id: string, bytes: number): TransactItem => ({
  Update: {
    Key: uploadKey(id),
    UpdateExpression: 'SET fileSize = :bytes REMOVE sizeOpen, mostBytes',
    ConditionExpression: '#status IN (:pending, :processing) AND sizeOpen = :open',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':bytes': bytes, ':open': true, ':pending': 'pending', ':processing': 'processing' },
  },
});

/** Sessions from their opening until their file is processed. */
const openSessions = (table: Table): Pick<UploadStore, 'open' | 'get' | 'settleSize' | 'begin'> => ({
  open: async (session, quota, mostOpen) => {
    const put: TransactItem = {
      Put: {
        Item: {
          ...uploadKey(session.id),
          ...session,
          ...pendingKeys(session),
          ...dueKeys('upload', session.id, later(session.createdAt, FIRST_CHECK_SECONDS), session.teamId),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    if (session.fileSize > quota.bytes) throw noRoom(quota.bytes);
    const change = {
      counter: totalsKey(session.teamId),
      delta: promiseOf(session),
      most: { committed: quota.bytes, records: quota.records },
    };
    const failed = await withinQuotas(table, [change, countedIn(table, session, mostOpen)], 1, (counted) =>
      table.transact([put, ...counted]),
    );
    if (failed === 'count') throw tooManyOf(session, mostOpen);
    if (failed === 'committed') throw noRoom(quota.bytes);
    if (failed === 'records') throw noRecord(quota.records);
    if (failed.length > 0) throw new Error(`upload id ${session.id} is taken`);
  },

  get: async (id) => {
    const item = await table.get(uploadKey(id));
    return item && uploadSession(item);
  },

  settleSize: async (session, bytes) => {
    const failed = await table.transact([
      measured(session.id, bytes),
      totalsUpdate(session.teamId, { committed: bytes - session.fileSize }),
    ]);
    if (failed.length === 0) {
      const { sizeOpen: _open, mostBytes: _most, ...rest } = session;
      return { ...rest, fileSize: bytes };
    }
    // Measured by another delivery of the same event, or over.
    const current = await table.get(uploadKey(session.id));
    const found = current && uploadSession(current);
    return found && !found.sizeOpen && (found.status === 'pending' || found.status === 'processing')
      ? found
      : undefined;
  },

  begin: async (session) => {
    const { id } = session;
    const update = {
      Key: uploadKey(id),
      UpdateExpression: 'SET #status = :processing REMOVE listPk, createdSk',
      ConditionExpression: '#status = :pending',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':pending': 'pending', ':processing': 'processing' },
    };
    const failed = await table.transact([{ Update: update }, ...countedOut(session, 'pending')]);
    return failed.length === 0 || (await table.get(uploadKey(id)))?.status === 'processing';
  },
});

/** Upload sessions in DynamoDB. Each method is one conditional step of the life drawn in `domain/upload.ts`. */
export const dynamoUploads = (table: Table): UploadStore => ({
  ...openSessions(table),
  ...uploadsToRecords(table),
  ...uploadsToNothing(table),
});
