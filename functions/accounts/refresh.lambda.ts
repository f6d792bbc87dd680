import { serve } from '../api/serve.ts';
import { clock, surroundingsOf, tokensOf } from '../api/surroundings.ts';
import { v1Refresh } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { refresh } from './refresh.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  refresh({ accounts: dynamoAccounts(table), tokens: tokensOf(env), clock }),
  [v1Refresh],
  surroundingsOf(env, table),
);
