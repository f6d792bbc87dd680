import type { DynamoDBRecord } from 'aws-lambda';
import type { IndexRecords } from './index-records.ts';

export interface IndexMediaDeps {
  readonly indexRecords: IndexRecords;
  readonly backfillTag: (tagId: string) => Promise<void>;
}

/** Updates search for the changes in a batch of the table's stream. Safe to repeat, in part or as a whole. */
export const indexMedia =
  ({ indexRecords, backfillTag }: IndexMediaDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const keys = records.map(({ dynamodb }) => ({ pk: dynamodb?.Keys?.pk?.S ?? '', sk: dynamodb?.Keys?.sk?.S ?? '' }));
    const idsOf = (kind: string) =>
      new Set(keys.filter(({ sk }) => sk === kind).map(({ pk }) => pk.replace(/^[^#]*#/, '')));
    await indexRecords([...idsOf('MEDIA')]);
    for (const tagId of idsOf('WORK')) await backfillTag(tagId);
  };
