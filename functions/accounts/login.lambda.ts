import { v1Login } from '../dialects/v1/accounts.ts';
import { apiContextOf, clock, devicesOf, tokensOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { dynamoAttempts } from './attempt-store.ts';
import { login } from './login.ts';
import { limitAttempts } from './password-attempts.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  login({
    accounts: dynamoAccounts(table),
    tokens: tokensOf(env),
    devices: devicesOf(env),
    limited: limitAttempts({ attempts: dynamoAttempts(table), clock }),
    newId: () => crypto.randomUUID(),
    clock,
  }),
  [v1Login],
  apiContextOf(env, table),
);
