import type { DynamoDBRecord } from 'aws-lambda';
import type { IndexRecords } from './index-records.ts';

export interface IndexMediaDeps {
  readonly indexRecords: IndexRecords;
  readonly backfillTag: (tagId: string) => Promise<void>;
}

/**
 * Updates the terms of records from their present state. With `rebuild`, entries are written although they should exist, and
 * records are counted in this generation of ranks.
 */
export const indexMedia =
  ({ indexRecords, backfillTag }: IndexMediaDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const keys = records.map(({ dynamodb }) => ({ pk: dynamodb?.Keys?.pk?.S ?? '', sk: dynamodb?.Keys?.sk?.S ?? '' }));
    const idsOf = (kind: string) =>
      new Set(keys.filter(({ sk }) => sk === kind).map(({ pk }) => pk.replace(/^[^#]*#/, '')));
    await indexRecords([...idsOf('MEDIA')]);
    for (const tagId of idsOf('WORK')) await backfillTag(tagId);
  };
