import { TableEnvironment } from '../environment.ts';
import { dynamoRecount } from '../stores/recount-store.ts';
import { openTable } from '../stores/table.ts';
import { recount } from './recount.ts';

const env = TableEnvironment.parse(process.env);
const run = recount({ store: dynamoRecount(openTable(env.TABLE)) });

export const handler = async () => {
  const recounted = await run();
  console.info(JSON.stringify({ level: 'INFO', recounted }));
  return recounted;
};
