import { filesGuestLogin } from '../api/files/guest-login.ts';
import { serve } from '../api/serve.ts';
import { clock, devicesOf, surroundingsOf, tokensOf } from '../api/surroundings.ts';
import { v1CreateGuest } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoAttempts } from '../stores/attempt-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoAccounts } from './account-store.ts';
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
  surroundingsOf(env, table),
);
