import { v1ChangePassword } from '../dialects/v1/accounts.ts';
import { apiContextOf, clock, devicesOf, tokensOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoTeams } from '../teams/team-store.ts';
import { dynamoAccounts } from './account-store.ts';
import { dynamoAttempts } from './attempt-store.ts';
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
  apiContextOf(env, table),
);
