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
 * Versions of files that their records left. The note of one is written in the transaction that takes it off its record, and
 * stays until nothing is left of it, also while its record has it again:
 *
 *     current --left--> kept --restored--> current
 *                         +--released, once--> its object goes if it has no other holder --> forgotten
 *
 * So an object without a record that has it as its file and without a note has no holder, in whatever order one looks.
 */
export const dynamoVersions = (table: Table) => {
  const get = async (version: ObjectRef): Promise<RetainedVersion | undefined> => {
    const item = await table.get(versionKey(version));
    return item && leftVersion(item);
  };

  return {
    get,

    /** All that a record left, in no order. */
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
     * Lets go of the object of a version as it was read; the last to do so gives its bytes back. Undefined when its record
     * has it again or left it anew, and when nothing is left of it.
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

    /** Nothing is left of it, nor of its words and what it said of itself. */
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
