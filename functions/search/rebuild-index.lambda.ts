import type { Context } from 'aws-lambda';
import { TableEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoRebuild } from '../stores/rebuild-store.ts';
import { dynamoSearch } from '../stores/search-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTermIndex } from '../stores/term-store.ts';
import { indexRecord } from './index-record.ts';
import { rebuildIndex } from './rebuild-index.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
const media = dynamoMedia(table);
const index = dynamoTermIndex(table);
const run = rebuildIndex({
  store: dynamoRebuild(table),
  index,
  indexRecord: indexRecord({ media, index, tagNames: dynamoSearch(table).tagNames }),
});

/** What a page may take at most, with the database at its slowest. */
const PAGE_MILLISECONDS = 120_000;

export const handler = async (_event: unknown, context: Context) => {
  const rebuilt = await run(() => context.getRemainingTimeInMillis() > PAGE_MILLISECONDS);
  console.info(JSON.stringify({ level: 'INFO', rebuilt }));
  return rebuilt;
};
