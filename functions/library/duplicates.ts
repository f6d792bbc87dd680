import type { MediaRecord } from '../domain/media.ts';
import { nameSizePk } from '../table/index-keys.ts';
import type { Table } from '../table/table.ts';

/** Records with the same content that are examined before one of them is shared; any of them has the same bytes. */
const MOST_OF_ONE_CONTENT = 5;

/** Active records of a team with this content, by SHA-256 (base64), oldest first. */
export const findByChecksum =
  (table: Table) =>
  async (teamId: string, sha256: string): Promise<readonly string[]> => {
    const { Items = [] } = await table.query({
      IndexName: 'byChecksum',
      KeyConditionExpression: 'checksumPk = :pk',
      ExpressionAttributeValues: { ':pk': `${teamId}#${sha256}` },
      Limit: MOST_OF_ONE_CONTENT,
    });
    return Items.map(({ id }) => String(id));
  };

/** A record with the requested file name and size. */
export type SameNameAndSize = Pick<MediaRecord, 'id' | 'filename' | 'externalUrl' | 'createdAt'>;

/** More records of one name and size than a person compares by hand. */
const MOST_ALIKE = 50;

/** The active records of a team with this file name and size, oldest first, at most 50. */
export const findByNameAndSize =
  (table: Table) =>
  async (teamId: string, filename: string, fileSize: number): Promise<readonly SameNameAndSize[]> => {
    const { Items = [] } = await table.query({
      IndexName: 'byNameSize',
      KeyConditionExpression: 'nameSizePk = :pk',
      ExpressionAttributeValues: { ':pk': nameSizePk(teamId, filename, fileSize) },
      Limit: MOST_ALIKE,
    });
    return Items.map((item) => ({
      id: String(item.id),
      filename,
      externalUrl: item.externalUrl === null ? null : String(item.externalUrl),
      createdAt: String(item.createdAt),
    }));
  };
