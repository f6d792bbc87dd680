import { type FileMetadata, isCurrent, METADATA_RULES } from '../domain/file-metadata.ts';
import type { MediaRecord, ObjectRef } from '../domain/media.ts';
import { mediaKey, metadataKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';

type Analyzed = Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion'>;

/** The stored metadata of a file, and whether the present rules read it; metadata of older rules is read again. */
export interface StoredMetadata {
  readonly metadata: FileMetadata;
  readonly isCurrent: boolean;
}

/** The corrections that a reading found for the record of its file. */
export interface Correction {
  /** Seconds. */
  readonly duration: number;
  readonly at: string;
}

/** The embedded metadata of files, each in an item beside its record: it is seldom requested, and lists stay small. */
export interface MetadataStore {
  /** Undefined when nothing was read yet of the file that the record has now. */
  get(record: Analyzed & Pick<MediaRecord, 'mimeType'>): Promise<StoredMetadata | undefined>;
  /**
   * Stores metadata of the present rules, and corrects the record in the same transaction. False when nothing was written: the
   * record has another file by now, or is being purged.
   */
  keep(record: Analyzed, metadata: FileMetadata, correction?: Correction): Promise<boolean>;
}

const item = ({ id, teamId, fileVersion }: Analyzed, metadata: FileMetadata): Record<string, unknown> => ({
  ...metadataKey(id),
  teamId,
  fileVersion,
  rules: METADATA_RULES,
  metadata,
});

/** Put of a file's metadata by the present rules, for the transaction that creates its record. */
export const putMetadata = (record: Analyzed, metadata: FileMetadata): TransactItem => ({
  Put: { Item: item(record, metadata) },
});

/** Removal of a file's metadata, for the transaction that removes its record. */
export const removeMetadata = (mediaId: string): TransactItem => ({ Delete: { Key: metadataKey(mediaId) } });

/** Removal of the metadata of one version of a record's file; without effect if the stored metadata is of another version. */
export const removeMetadataOf = async (table: Table, { mediaId, fileVersion }: ObjectRef): Promise<void> => {
  await table.transact([
    {
      Delete: {
        Key: metadataKey(mediaId),
        ConditionExpression: 'fileVersion = :version',
        ExpressionAttributeValues: { ':version': fileVersion },
      },
    },
  ]);
};

export const dynamoMetadata = (table: Table): MetadataStore => ({
  get: async ({ id, fileVersion, mimeType }) => {
    const found = await table.get(metadataKey(id));
    if (found?.fileVersion !== fileVersion || !found?.metadata) return undefined;
    return {
      metadata: found.metadata as FileMetadata,
      isCurrent: isCurrent(mimeType, found.rules as number | undefined),
    };
  },
  keep: async (record, metadata, correction) => {
    const failed = await table.transact([
      correction ? corrected(record, correction) : unchanged(record),
      putMetadata(record, metadata),
    ]);
    return failed.length === 0;
  },
});

const hasFile = ({ fileVersion }: Analyzed) => ({
  ConditionExpression: '#state = :active AND fileVersion = :version',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':active': 'active', ':version': fileVersion },
});

const unchanged = (record: Analyzed): TransactItem => ({
  ConditionCheck: { Key: mediaKey(record.id), ...hasFile(record) },
});

/** A change as any other, which is announced: pages that show the record show the duration. */
const corrected = (record: Analyzed, { duration, at }: Correction): TransactItem => {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = hasFile(record);
  return {
    Update: {
      Key: mediaKey(record.id),
      UpdateExpression: 'SET #duration = :duration, updatedAt = :at ADD #version :one',
      ConditionExpression,
      ExpressionAttributeNames: { ...ExpressionAttributeNames, '#duration': 'duration', '#version': 'version' },
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':duration': duration, ':at': at, ':one': 1 },
    },
  };
};
