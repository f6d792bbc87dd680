import { v1Refresh } from '../dialects/v1/accounts.ts';
import { clock, surroundingsOf, tokensOf } from '../entries/surroundings.ts';
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
  surroundingsOf(env, table),
);
