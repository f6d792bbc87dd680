import { v1ChangePassword, v1RequestReset, v1ResetPassword } from '../dialects/v1/accounts.ts';
import { apiContextOf, clock, devicesOf, tokensOf } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { mailQueueAt } from '../mail/mail-queue.ts';
import { ApiWithMailEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoTeams } from '../teams/team-store.ts';
import { dynamoAccounts } from './account-store.ts';
import { dynamoAttempts } from './attempt-store.ts';
import { changePassword } from './change-password.ts';
import { limitAttempts } from './password-attempts.ts';
import { requestReset, resetPassword } from './reset-password.ts';
import { dynamoResets } from './reset-store.ts';

const env = ApiWithMailEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const attempts = dynamoAttempts(table);
const deps = {
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  resets: dynamoResets(table),
  tokens: tokensOf(env),
  devices: devicesOf(env),
  attempts,
  limited: limitAttempts({ attempts, clock }),
  mail: mailQueueAt(env.MAIL_QUEUE_URL),
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(changePassword(deps), v1ChangePassword),
    bindRoute(requestReset(deps), v1RequestReset),
    bindRoute(resetPassword(deps), v1ResetPassword),
  ],
  apiContextOf(env, table),
);
