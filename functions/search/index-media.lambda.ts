import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { recordsOf } from '../library/media-list.ts';
import { dropGoneTag } from '../library/retag.ts';
import { dynamoTermIndex } from '../library/term-index.ts';
import { IndexMediaEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { backfillTag } from '../tags/backfill-tag.ts';
import { dynamoTagWork } from '../tags/tag-backfill-store.ts';
import { indexMedia } from './index-media.ts';
import { indexRecords } from './index-records.ts';
import { sqsIndexQueue } from './index-task.ts';
import { dynamoSearch } from './search-store.ts';

const env = IndexMediaEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const { tagNames } = dynamoSearch(table);
const index = indexRecords({
  records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
  index: dynamoTermIndex(table),
  tagNames,
});
const run = indexMedia({
  indexRecords: index,
  backfillTag: backfillTag({
    work: dynamoTagWork(table),
    dropGoneTag: dropGoneTag(table),
    indexRecords: index,
    clock: () => new Date(),
  }),
  queue: sqsIndexQueue(env.INDEX_QUEUE_URL),
});

/** The longest time that the records of a batch take, with the database at its slowest. */
const BATCH_MILLISECONDS = 30_000;

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  run(event, () => context.getRemainingTimeInMillis() > BATCH_MILLISECONDS);
