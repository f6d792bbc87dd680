import { TableEnvironment } from '../shared/environment.ts';
import { logInfo } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { recount } from './recount.ts';
import { dynamoRecount } from './recount-store.ts';

const env = TableEnvironment.parse(process.env);
const run = recount({ store: dynamoRecount(openTable(env.TABLE)) });

export const handler = async () => {
  const recounted = await run();
  logInfo({ recounted });
  return recounted;
};
