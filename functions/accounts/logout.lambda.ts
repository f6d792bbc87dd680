import { v1Logout } from '../dialects/v1/accounts.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { logout } from './logout.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(logout({ accounts: dynamoAccounts(table) }), [v1Logout], apiContextOf(env, table));
