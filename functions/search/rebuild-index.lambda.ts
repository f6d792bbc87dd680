import type { Context } from 'aws-lambda';
import { recordsOf } from '../library/media-list.ts';
import { dynamoTermIndex } from '../library/term-index.ts';
import { TableEnvironment } from '../shared/environment.ts';
import { logInfo } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { dynamoTagHeal } from '../tags/tag-heal-store.ts';
import { indexRecords } from './index-records.ts';
import { rebuildIndex } from './rebuild-index.ts';
import { dynamoRebuild } from './rebuild-store.ts';
import { dynamoSearch } from './search-store.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
const index = dynamoTermIndex(table);
const run = rebuildIndex({
  store: dynamoRebuild(table),
  index,
  indexRecords: indexRecords({
    records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
    index,
    tagNames: dynamoSearch(table).tagNames,
  }),
  tags: dynamoTagHeal(table),
  newId: () => crypto.randomUUID(),
  clock: () => new Date(),
});

/** The longest time that a page takes, with the database at its slowest. */
const PAGE_MILLISECONDS = 120_000;

export const handler = async (_event: unknown, context: Context) => {
  const rebuilt = await run(() => context.getRemainingTimeInMillis() > PAGE_MILLISECONDS);
  logInfo({ rebuilt });
  return rebuilt;
};
