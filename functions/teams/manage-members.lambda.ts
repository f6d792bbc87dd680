import { v1ChangeRole, v1LeaveTeam, v1ListMembers, v1RemoveMember } from '../dialects/v1/teams.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { changeRole, leaveTeam, listMembers, removeMember } from './members.ts';
import { dynamoTeams } from './team-store.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { teams: dynamoTeams(table) };

export const handler = serveAll(
  [
    bindRoute(listMembers(deps), v1ListMembers),
    bindRoute(changeRole(deps), v1ChangeRole),
    bindRoute(removeMember(deps), v1RemoveMember),
    bindRoute(leaveTeam(deps), v1LeaveTeam),
  ],
  apiContextOf(env, table),
);
