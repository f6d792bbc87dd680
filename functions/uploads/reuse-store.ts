import { MediaError } from '../domain/errors.ts';
import type { FileMetadata } from '../domain/file-metadata.ts';
import type { MediaRecord, ObjectRef } from '../domain/media.ts';
import { type MediaFile, MOST_LEFT_VERSIONS } from '../domain/media-file.ts';
import { noRecord, SESSION_KEPT_SECONDS, type UploadSession } from '../domain/upload.ts';
import { replaceFile } from '../library/file-change.ts';
import { putMedia } from '../library/media-item.ts';
import { putMetadata } from '../library/metadata-store.ts';
import { addReference } from '../library/object-store.ts';
import { enterTags, partitionTags } from '../library/tagging.ts';
import { countOf } from '../library/totals.ts';
import { withinQuota } from '../library/within-quota.ts';
import { mediaKey, uploadKey, wordsKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { epochSeconds, later } from './upload-items.ts';

/** An upload that is over before a byte was sent, because a record has its content. */
export interface Reuse {
  /** As it is from the start: `active`. */
  readonly session: UploadSession;
  /** The record whose file it takes. */
  readonly source: MediaRecord;
  readonly place: ObjectRef;
  /** What the present rules read of the file, where they have. */
  readonly metadata: FileMetadata | undefined;
  readonly words: string | undefined;
}

const ATTEMPTS = 8;

/**
 * Uploads that store no object. Each is one transaction: the source is active and still has the file, its object gets one
 * more reference, and the upload is finished. False when the source has the file no more, and nothing was written. No bytes
 * are counted, since none are added.
 */
export const dynamoReuse = (table: Table) => ({
  /** Makes `record` over the object, within a limit of records; throws `QUOTA_EXCEEDED`. */
  create: async (reuse: Reuse, record: MediaRecord, mostRecords: number): Promise<boolean> => {
    const holding = holdingItems(reuse);
    const change = {
      teamId: record.teamId,
      delta: { ...countOf('active', record.kind, 1), records: 1 },
      most: { records: mostRecords },
    };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { known } = await partitionTags(table, record.teamId, record.tagIds);
      const tagged = { ...record, tagIds: known };
      const failed = await withinQuota(table, change, holding.length, (counted) =>
        table.transact([...holding, counted, ...putMedia(tagged), ...enterTags(tagged)]),
      );
      if (typeof failed === 'string') throw noRecord(mostRecords);
      if (failed.length === 0) return true;
      if (failed.some((position) => position < holding.length)) return false;
    }
    throw new MediaError('BUSY', 'The tags of this upload keep changing', { retryAfter: 1 });
  },

  /** Gives `record` the file, and keeps the current one until `keptUntil`. False also when that has changed by now. */
  replace: (reuse: Reuse, record: MediaRecord, file: MediaFile, at: string, keptUntil: string): Promise<boolean> =>
    replaceFile(table, {
      record,
      file,
      with: holdingItems(reuse),
      bytes: 0,
      leaving: { at, until: keptUntil, kept: true },
      mostKept: MOST_LEFT_VERSIONS,
    }),
});

const holdingItems = ({ session, source, place, metadata, words }: Reuse): readonly TransactItem[] => {
  const { id, mediaId, teamId } = session;
  const holder = { id: mediaId, teamId, mediaId, fileVersion: id };
  return [
    {
      ConditionCheck: {
        Key: mediaKey(source.id),
        ConditionExpression: '#state = :active AND fileVersion = :fileVersion AND teamId = :team',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':active': 'active', ':fileVersion': source.fileVersion, ':team': teamId },
      },
    },
    {
      Put: {
        Item: {
          ...uploadKey(id),
          ...session,
          ttl: epochSeconds(later(session.createdAt, SESSION_KEPT_SECONDS)),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    ...addReference(holder, place),
    ...(metadata ? [putMetadata(holder, metadata)] : []),
    ...(words === undefined ? [] : [{ Put: { Item: { ...wordsKey(mediaId, id), words } } }]),
  ];
};

export type ReuseStore = ReturnType<typeof dynamoReuse>;
