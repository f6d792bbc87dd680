import { dynamoAccounts } from '../accounts/account-store.ts';
import { v1CreateTeam, v1GetTeam, v1ListTeams, v1RenameTeam } from '../dialects/v1/teams.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoTeams } from './team-store.ts';
import { createTeam, getTeam, listTeams, renameTeam } from './teams.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  settings: env.SETTINGS,
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createTeam(deps), v1CreateTeam),
    bindRoute(listTeams(deps), v1ListTeams),
    bindRoute(getTeam(deps), v1GetTeam),
    bindRoute(renameTeam(deps), v1RenameTeam),
  ],
  apiContextOf(env, table),
);
