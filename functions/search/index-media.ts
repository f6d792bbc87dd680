import type { DynamoDBRecord } from 'aws-lambda';

export interface IndexMediaDeps {
  readonly indexRecord: (mediaId: string) => Promise<void>;
  readonly goThroughTag: (tagId: string) => Promise<void>;
}

/** Records that are indexed side by side. */
const LANES = 8;

/** Brings search in step with what a batch of the table's stream touched. Safe to repeat, in part or as a whole. */
export const indexMedia =
  ({ indexRecord, goThroughTag }: IndexMediaDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const keys = records.map(({ dynamodb }) => ({ pk: dynamodb?.Keys?.pk?.S ?? '', sk: dynamodb?.Keys?.sk?.S ?? '' }));
    const idsOf = (kind: string) =>
      new Set(keys.filter(({ sk }) => sk === kind).map(({ pk }) => pk.replace(/^[^#]*#/, '')));
    await eachOf(idsOf('MEDIA'), indexRecord);
    for (const tagId of idsOf('WORK')) await goThroughTag(tagId);
  };

/** Runs `work` over all items, a few at a time. */
export const eachOf = async <T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> => {
  const queue = [...items].values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};
