import type { DynamoDBStreamEvent } from 'aws-lambda';
import { recordsOf } from '../library/media-list.ts';
import { dropGoneTag } from '../library/retag.ts';
import { dynamoTermIndex } from '../library/term-index.ts';
import { TableEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { backfillTag } from '../tags/backfill-tag.ts';
import { dynamoTagWork } from '../tags/tag-backfill-store.ts';
import { indexMedia } from './index-media.ts';
import { indexRecords } from './index-records.ts';
import { dynamoSearch } from './search-store.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
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
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => run(event.Records);
