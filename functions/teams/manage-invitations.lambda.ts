import { dynamoAccounts } from '../accounts/account-store.ts';
import { limitAttempts } from '../accounts/password-attempts.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, devicesOf, surroundingsOf, tokensOf } from '../api/surroundings.ts';
import {
  v1AcceptInvitation,
  v1CreateInvitation,
  v1ListInvitations,
  v1WithdrawInvitation,
} from '../api/v1/invitations.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoAttempts } from '../stores/attempt-store.ts';
import { openTable } from '../stores/table.ts';
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
