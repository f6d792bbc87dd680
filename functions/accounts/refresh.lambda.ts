import { v1Refresh } from '../dialects/v1/accounts.ts';
import { apiContextOf, clock, tokensOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { refresh } from './refresh.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  refresh({ accounts: dynamoAccounts(table), tokens: tokensOf(env), clock }),
  [v1Refresh],
  apiContextOf(env, table),
);
