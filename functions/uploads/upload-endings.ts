import { MediaError } from '../domain/errors.ts';
import { MOST_LEFT_VERSIONS } from '../domain/media-file.ts';
import { SIGNED_PART_SECONDS } from '../domain/parts.ts';
import type { UploadStore } from '../domain/ports.ts';
import {
  ARRIVAL_GRACE_SECONDS,
  FAILED_KEPT_SECONDS,
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
import { dueKeys } from '../table/index-keys.ts';
import { refusedKey, uploadKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { oneGivenUp } from './given-up-count.ts';
import { countedOut, leaveOpen } from './open-count.ts';
import { epochSeconds, later, promiseOf } from './upload-items.ts';

const ATTEMPTS = 8;
/** Nothing that was signed while a session was open is valid for longer. */
const LONGEST_SIGNATURE_SECONDS = Math.max(SIGNED_PUT_SECONDS, SIGNED_PART_SECONDS);

/** Sessions that end with a record, or with another file of one. */
export const uploadsToRecords = (table: Table): Pick<UploadStore, 'complete' | 'replace'> => ({
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
});

/** Sessions that end with no record. */
export const uploadsToNothing = (table: Table): Pick<UploadStore, 'refuse' | 'close'> => ({
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
