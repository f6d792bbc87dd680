import type { FileMetadata } from '../domain/file-metadata.ts';
import type { MediaRecord, ObjectPlace } from '../domain/media.ts';
import { mediaKey, metadataKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';

type Analyzed = Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion'>;

/** What files say of themselves, each in an item beside its record: most of it is seldom asked for, and lists stay small. */
export interface MetadataStore {
  /** Undefined when nothing was read yet of the file that the record has now. */
  get(record: Analyzed): Promise<FileMetadata | undefined>;
  /** Keeps it, unless the record has another file by now, or is on its way out of the library. */
  keep(record: Analyzed, metadata: FileMetadata): Promise<void>;
}

const item = ({ id, teamId, fileVersion }: Analyzed, metadata: FileMetadata): Record<string, unknown> => ({
  ...metadataKey(id),
  teamId,
  fileVersion,
  metadata,
});

/** Put of a file's metadata, for the transaction that creates its record. */
export const putMetadata = (record: Analyzed, metadata: FileMetadata): TransactItem => ({
  Put: { Item: item(record, metadata) },
});

/** Removal of a file's metadata, for the transaction that removes its record. */
export const removeMetadata = (mediaId: string): TransactItem => ({ Delete: { Key: metadataKey(mediaId) } });

/** Removal of what one version of a record's file said of itself; nothing happens where that is of another version. */
export const removeMetadataOf = async (table: Table, { mediaId, fileVersion }: ObjectPlace): Promise<void> => {
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
  get: async ({ id, fileVersion }) => {
    const found = await table.get(metadataKey(id));
    return found?.fileVersion === fileVersion ? (found?.metadata as FileMetadata) : undefined;
  },
  keep: async (record, metadata) => {
    await table.transact([
      {
        ConditionCheck: {
          Key: mediaKey(record.id),
          ConditionExpression: '#state = :active AND fileVersion = :version',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':active': 'active', ':version': record.fileVersion },
        },
      },
      putMetadata(record, metadata),
    ]);
  },
});
