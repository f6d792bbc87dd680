import { MediaError } from '../domain/errors.ts';
import { MOST_LEFT_VERSIONS } from '../domain/media-file.ts';
import { SIGNED_PART_SECONDS } from '../domain/parts.ts';
import type { UploadStore } from '../domain/ports.ts';
import { textsOf } from '../domain/record-fields.ts';
import {
  ARRIVAL_GRACE_SECONDS,
  FAILED_KEPT_SECONDS,
  FIRST_CHECK_SECONDS,
  noRecord,
  noRoom,
  type RefusalCode,
  SESSION_KEPT_SECONDS,
  SIGNED_PUT_SECONDS,
  type UploadSession,
} from '../domain/upload.ts';
import { replaceFile } from '../library/file-change.ts';
import { putMedia } from '../library/media-item.ts';
import { putMetadata } from '../library/metadata-store.ts';
import { enterTags, partitionTags } from '../library/tagging.ts';
import { countOf, totalsUpdate } from '../library/totals.ts';
import { withinQuota } from '../library/within-quota.ts';
import { dueKeys, pendingKeys } from '../table/index-keys.ts';
import { refusedKey, uploadKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { oneGivenUp } from './given-up-count.ts';
import { countedOut, leaveOpen, openWithin } from './open-count.ts';

const ATTEMPTS = 8;
/** Nothing that was signed while a session was open is valid for longer. */
const LONGEST_SIGNATURE_SECONDS = Math.max(SIGNED_PUT_SECONDS, SIGNED_PART_SECONDS);

export const later = (from: Date | string, seconds: number): string =>
  new Date(new Date(from).getTime() + seconds * 1000).toISOString();

export const epochSeconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

/** When an open session is too late even for bytes that were sent in time. */
export const deadlineOf = (session: Pick<UploadSession, 'expiresAt'>): string =>
  later(session.expiresAt, ARRIVAL_GRACE_SECONDS);

export const uploadSession = (item: Record<string, unknown>): UploadSession => {
  const { pk: _pk, sk: _sk, duePk: _duePk, dueSk: _dueSk, ttl: _ttl, listPk: _list, createdSk: _at, ...session } = item;
  return { ...session, ...textsOf(session) } as unknown as UploadSession;
};

/** Upload sessions in DynamoDB. Each method is one conditional step of the life drawn in `domain/upload.ts`. */
export const dynamoUploads = (table: Table): UploadStore => ({
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
      teamId: session.teamId,
      delta: promiseOf(session),
      most: { committed: quota.bytes, records: quota.records },
    };
    const failed = await withinQuota(table, change, 1, (counted) =>
      openWithin(table, session, mostOpen, [put, counted]),
    );
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
      {
        Update: {
          Key: uploadKey(session.id),
          UpdateExpression: 'SET fileSize = :bytes REMOVE sizeOpen, mostBytes',
          ConditionExpression: '#status IN (:pending, :processing) AND sizeOpen = :open',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':bytes': bytes,
            ':open': true,
            ':pending': 'pending',
            ':processing': 'processing',
          },
        },
      },
      totalsUpdate(session.teamId, { committed: bytes - session.fileSize }),
    ]);
    if (failed.length === 0) {
      const { sizeOpen: _open, mostBytes: _most, ...measured } = session;
      return { ...measured, fileSize: bytes };
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

  complete: async (session, record, at, metadata) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // A tag may go while its file is on the way; the file does not go with it.
      const { known } = await partitionTags(table, session.teamId, record.tagIds);
      const tagged = { ...record, tagIds: known };
      const failed = await leaveOpen(session, (from, beside) =>
        table.transact([
          finishAsActive(session, from, at),
          ...putMedia(tagged),
          totalsUpdate(session.teamId, { ...countOf('active', record.kind, 1), bytes: record.fileSize }),
          ...enterTags(tagged),
          ...(metadata ? [putMetadata(record, metadata)] : []),
          ...beside,
        ]),
      );
      if (failed.length === 0) return true;
      if (failed.includes(0) || failed.includes(1)) return false;
    }
    throw new MediaError('BUSY', 'The tags of this upload keep changing', { retryAfter: 1 });
  },

  replace: async (session, record, file, at, keptUntil) => {
    const failed = await leaveOpen(session, async (from, beside) => {
      const replaced = await replaceFile(table, {
        record,
        file,
        with: [finishAsActive(session, from, at), ...beside],
        // The session reserved them.
        bytes: file.fileSize,
        leaving: { at, until: keptUntil, kept: true },
        mostKept: MOST_LEFT_VERSIONS,
      });
      return replaced ? [] : [0];
    });
    return failed.length === 0;
  },

  refuse: async (session, { status, code, message }, at) => {
    const ttl = epochSeconds(later(at, SESSION_KEPT_SECONDS));
    // A rejected original is removed at once, an undecodable one is kept for a day; the sweep sees to both.
    const due = dueKeys(
      'upload',
      session.id,
      status === 'rejected' ? at.toISOString() : later(at, FAILED_KEPT_SECONDS),
      session.teamId,
    );
    const failed = await leaveOpen(session, (from, beside) =>
      table.transact([
        finish(session, from, { status, code, message, ttl }, due),
        // A record whose new file was refused keeps its present one.
        ...(session.replaces ? [] : [refusedMedia(session, code, ttl)]),
        // The bytes of a failed upload are kept for a while; it will not become a record.
        totalsUpdate(session.teamId, {
          committed: status === 'rejected' ? -session.fileSize : 0,
          records: -promiseOf(session).records,
        }),
        ...beside,
      ]),
    );
    return failed.length === 0;
  },

  close: async (session, status, at, why) => {
    const ttl = epochSeconds(later(at, SESSION_KEPT_SECONDS));
    // A PUT that was signed before may still arrive: the sweep looks once more after the last possible one.
    const signedUntil = [session.expiresAt, later(at, LONGEST_SIGNATURE_SECONDS)].toSorted()[0] ?? session.expiresAt;
    const due = dueKeys('upload', session.id, later(signedUntil, ARRIVAL_GRACE_SECONDS), session.teamId);
    const step = (from: 'pending' | 'processing', beside: readonly TransactItem[]) =>
      table.transact([
        finish(session, from, { status, ttl, ...why }, status === 'deleted' ? due : undefined),
        totalsUpdate(session.teamId, { committed: -session.fileSize, records: -promiseOf(session).records }),
        ...beside,
      ]);
    const givenUp = [...countedOut(session, 'pending'), oneGivenUp(session, at)];
    const failed = status === 'expired' ? await leaveOpen(session, step) : await step('pending', givenUp);
    return failed.length === 0;
  },
});

/** The part of its team's quota that an open session reserves. A replacement adds no record. */
const promiseOf = ({ fileSize, replaces }: UploadSession) => ({ committed: fileSize, records: replaces ? 0 : 1 });

const refusedMedia = (session: UploadSession, code: RefusalCode, ttl: number): TransactItem => ({
  Put: {
    Item: { ...refusedKey(session.mediaId), teamId: session.teamId, uploadId: session.id, code, ttl },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

const finishAsActive = (session: UploadSession, from: string, at: string): TransactItem =>
  finish(session, from, { status: 'active', ttl: epochSeconds(later(at, SESSION_KEPT_SECONDS)) });

/**
 * The change out of an open status; `due` is the sweep's next look, absent for none. The condition includes the size that was
 * read: the returned quota depends on it.
 */
const finish = (
  { id, fileSize }: UploadSession,
  from: string,
  fields: Record<string, unknown>,
  due?: { duePk: string; dueSk: string },
): TransactItem => {
  const set = { ...fields, ...due };
  const names = Object.keys(set);
  return {
    Update: {
      Key: uploadKey(id),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')} REMOVE listPk, createdSk${due ? '' : ', duePk, dueSk'}`,
      ConditionExpression: '#status = :from AND fileSize = :reserved',
      ExpressionAttributeNames: { ...Object.fromEntries(names.map((name) => [`#${name}`, name])), '#status': 'status' },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name as keyof typeof set]])),
        ':from': from,
        ':reserved': fileSize,
      },
    },
  };
};
