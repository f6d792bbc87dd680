import { dynamoAccounts } from '../accounts/account-store.ts';
import { dynamoAttempts } from '../accounts/attempt-store.ts';
import { limitAttempts } from '../accounts/password-attempts.ts';
import { dynamoResets } from '../accounts/reset-store.ts';
import {
  v1AcceptInvitation,
  v1CreateInvitation,
  v1ListInvitations,
  v1WithdrawInvitation,
} from '../dialects/v1/invitations.ts';
import { apiContextOf, clock, devicesOf, tokensOf } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { mailQueueAt } from '../mail/mail-queue.ts';
import { ApiWithMailEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { createInvitation, listInvitations, withdrawInvitation } from './invitations.ts';
import { dynamoTeams } from './team-store.ts';

const env = ApiWithMailEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const attempts = dynamoAttempts(table);
const deps = {
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  tokens: tokensOf(env),
  devices: devicesOf(env),
  limited: limitAttempts({ attempts, clock }),
  attempts,
  resets: dynamoResets(table),
  mail: mailQueueAt(env.MAIL_QUEUE_URL),
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createInvitation(deps), v1CreateInvitation),
    bindRoute(listInvitations(deps), v1ListInvitations),
    bindRoute(withdrawInvitation(deps), v1WithdrawInvitation),
    bindRoute(acceptInvitation(deps), v1AcceptInvitation),
  ],
  apiContextOf(env, table),
);
