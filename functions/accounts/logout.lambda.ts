import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1Logout } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { logout } from './logout.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(logout({ accounts: dynamoAccounts(table) }), [v1Logout], surroundingsOf(env, table));
