import { v1GetMe } from '../dialects/v1/accounts.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { getMe } from './get-me.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(getMe({ accounts: dynamoAccounts(table) }), [v1GetMe], apiContextOf(env, table));
