import type { DynamoDBStreamEvent } from 'aws-lambda';
import { TableEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dropGoneTag } from '../stores/retag.ts';
import { dynamoSearch } from '../stores/search-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTagWork } from '../stores/tag-work-store.ts';
import { dynamoTermIndex } from '../stores/term-store.ts';
import { goThroughTag } from '../tags/go-through-tag.ts';
import { indexMedia } from './index-media.ts';
import { indexRecord } from './index-record.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
const { tagNames } = dynamoSearch(table);
const index = indexRecord({ media: dynamoMedia(table), index: dynamoTermIndex(table), tagNames });
const run = indexMedia({
  indexRecord: index,
  goThroughTag: goThroughTag({
    work: dynamoTagWork(table),
    dropGoneTag: dropGoneTag(table),
    indexRecord: index,
    clock: () => new Date(),
  }),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => run(event.Records);
