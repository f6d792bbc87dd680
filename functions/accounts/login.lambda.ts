import { serve } from '../api/serve.ts';
import { clock, devicesOf, surroundingsOf, tokensOf } from '../api/surroundings.ts';
import { v1Login } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoAttempts } from '../stores/attempt-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoAccounts } from './account-store.ts';
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
  surroundingsOf(env, table),
);
