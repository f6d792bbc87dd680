import { dynamoAccounts } from '../accounts/account-store.ts';
import { dynamoAttempts } from '../accounts/attempt-store.ts';
import { limitAttempts } from '../accounts/password-attempts.ts';
import {
  v1AcceptInvitation,
  v1CreateInvitation,
  v1ListInvitations,
  v1WithdrawInvitation,
} from '../dialects/v1/invitations.ts';
import { clock, devicesOf, surroundingsOf, tokensOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { createInvitation, listInvitations, withdrawInvitation } from './invitations.ts';
import { dynamoTeams } from './team-store.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  tokens: tokensOf(env),
  devices: devicesOf(env),
  limited: limitAttempts({ attempts: dynamoAttempts(table), clock }),
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    serving(createInvitation(deps), v1CreateInvitation),
    serving(listInvitations(deps), v1ListInvitations),
    serving(withdrawInvitation(deps), v1WithdrawInvitation),
    serving(acceptInvitation(deps), v1AcceptInvitation),
  ],
  surroundingsOf(env, table),
);
