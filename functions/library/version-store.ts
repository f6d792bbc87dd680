import { MediaError } from '../domain/errors.ts';
import type { ObjectRef } from '../domain/media.ts';
import { fileOf, type RetainedVersion } from '../domain/media-file.ts';
import { ABOVE, mediaKey, versionKey, wordsKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { removeMetadataOf } from './metadata-store.ts';
import { dropReference } from './object-store.ts';
import { totalsUpdate } from './totals.ts';

const ATTEMPTS = 8;

/**
 * Retained versions of files. The item of one is written in the transaction that takes it off its record, and stays until the
 * version is removed, also while it is the record's file again:
 *
 *     current --replaced--> kept --restored--> current
 *                             +--released, once--> its object is removed with its last reference --> item removed
 *
 * So an object that is no record's file and has no such item is unreferenced, in any order of reads.
 */
export const dynamoVersions = (table: Table) => {
  const get = async (version: ObjectRef): Promise<RetainedVersion | undefined> => {
    const item = await table.get(versionKey(version));
    return item && leftVersion(item);
  };

  return {
    get,

    /** All retained versions of a record, in no order. */
    ofMedia: async (mediaId: string): Promise<readonly RetainedVersion[]> => {
      const items = await allItems(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': mediaKey(mediaId).pk,
          ':from': 'VERSION#',
          ':to': `VERSION#${ABOVE}`,
        },
        ConsistentRead: true,
      });
      return items.map(leftVersion);
    },

    /**
     * Drops the reference of a version, as it was read, to its object; with the last reference the bytes are returned.
     * Undefined when the version is the record's file again or was retained anew, and when it is removed.
     */
    release: async (version: RetainedVersion): Promise<RetainedVersion | undefined> => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const current = await get(version);
        if (!current || current.current || current.leftAt !== version.leftAt) return undefined;
        if (current.released) return current;
        const { last, items } = await dropReference(table, current, current.place);
        const released = last ? 'last' : 'shared';
        const { teamId, fileSize } = current;
        const failed = await table.transact([
          releaseNote(current, released),
          ...items,
          ...(last ? [totalsUpdate(teamId, { bytes: -fileSize, committed: -fileSize })] : []),
        ]);
        if (failed.length === 0) return { ...current, released };
      }
      throw new MediaError('BUSY', 'The records over one file keep changing', { retryAfter: 1 });
    },

    /** Removes the version's item, its words and its metadata. */
    forget: async (version: ObjectRef): Promise<void> => {
      await removeMetadataOf(table, version);
      await table.remove(wordsKey(version.mediaId, version.fileVersion));
      await table.remove(versionKey(version));
    },
  };
};

const leftVersion = ({ pk: _pk, sk: _sk, duePk: _duePk, dueSk: _dueSk, ...item }: Record<string, unknown>) => {
  const version = item as unknown as RetainedVersion;
  return version.file ? { ...version, file: fileOf(version.file) } : version;
};

const releaseNote = (version: RetainedVersion, released: RetainedVersion['released']): TransactItem => ({
  Update: {
    Key: versionKey(version),
    UpdateExpression: 'SET released = :released',
    ConditionExpression: 'leftAt = :leftAt AND attribute_not_exists(released) AND attribute_not_exists(#current)',
    ExpressionAttributeNames: { '#current': 'current' },
    ExpressionAttributeValues: { ':released': released, ':leftAt': version.leftAt },
  },
});

export type VersionStore = ReturnType<typeof dynamoVersions>;
