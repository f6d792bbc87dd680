import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1GetMe } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { getMe } from './get-me.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(getMe({ accounts: dynamoAccounts(table) }), [v1GetMe], surroundingsOf(env, table));
