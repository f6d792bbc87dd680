import type { Context } from 'aws-lambda';
import { TableEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

const run = migrate({ table: openTable(TableEnvironment.parse(process.env).TABLE), migrations: MIGRATIONS });

/** What a page may take at most, with the database at its slowest. */
const PAGE_MILLISECONDS = 120_000;

/** Invoked directly by an operator; no route leads here. */
export const handler = async (_event: unknown, context: Context) => {
  const migrated = await run(() => context.getRemainingTimeInMillis() > PAGE_MILLISECONDS);
  console.info(JSON.stringify({ level: 'INFO', migrated }));
  return migrated;
};
