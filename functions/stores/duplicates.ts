import type { Table } from './table.ts';

/** The oldest active record of a team with this content, by SHA-256 (base64). */
export const findByChecksum =
  (table: Table) =>
  async (teamId: string, sha256: string): Promise<string | null> => {
    const { Items = [] } = await table.query({
      IndexName: 'byChecksum',
      KeyConditionExpression: 'checksumPk = :pk',
      ExpressionAttributeValues: { ':pk': `${teamId}#${sha256}` },
      Limit: 1,
    });
    return Items[0] ? String(Items[0].id) : null;
  };
