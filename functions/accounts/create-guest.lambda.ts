import { filesGuestLogin } from '../dialects/files/guest-login.ts';
import { v1CreateGuest } from '../dialects/v1/accounts.ts';
import { apiContextOf, clock, devicesOf, tokensOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { dynamoAttempts } from './attempt-store.ts';
import { createGuest } from './create-guest.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  createGuest({
    accounts: dynamoAccounts(table),
    attempts: dynamoAttempts(table),
    tokens: tokensOf(env),
    devices: devicesOf(env),
    settings: env.SETTINGS,
    newId: () => crypto.randomUUID(),
    clock,
  }),
  [v1CreateGuest, filesGuestLogin],
  apiContextOf(env, table),
);
