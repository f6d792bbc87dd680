import { serve } from '../api/serve.ts';
import { clock, devicesOf, surroundingsOf, tokensOf } from '../api/surroundings.ts';
import { v1ChangePassword } from '../api/v1/accounts.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoAttempts } from '../stores/attempt-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTeams } from '../teams/team-store.ts';
import { dynamoAccounts } from './account-store.ts';
import { changePassword } from './change-password.ts';
import { limitAttempts } from './password-attempts.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  changePassword({
    accounts: dynamoAccounts(table),
    teams: dynamoTeams(table),
    tokens: tokensOf(env),
    devices: devicesOf(env),
    limited: limitAttempts({ attempts: dynamoAttempts(table), clock }),
    newId: () => crypto.randomUUID(),
    clock,
  }),
  [v1ChangePassword],
  surroundingsOf(env, table),
);
