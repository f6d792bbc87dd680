import type { DynamoDBStreamEvent } from 'aws-lambda';
import { TableEnvironment } from '../environment.ts';
import { recordsOf } from '../stores/media-list.ts';
import { dropGoneTag } from '../stores/retag.ts';
import { dynamoSearch } from '../stores/search-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTagWork } from '../stores/tag-work-store.ts';
import { dynamoTermIndex } from '../stores/term-index.ts';
import { goThroughTag } from '../tags/go-through-tag.ts';
import { indexMedia } from './index-media.ts';
import { indexRecords } from './index-records.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
const { tagNames } = dynamoSearch(table);
const index = indexRecords({
  records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
  index: dynamoTermIndex(table),
  tagNames,
});
const run = indexMedia({
  indexRecords: index,
  goThroughTag: goThroughTag({
    work: dynamoTagWork(table),
    dropGoneTag: dropGoneTag(table),
    indexRecords: index,
    clock: () => new Date(),
  }),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => run(event.Records);
