import { v1ChangeRole, v1LeaveTeam, v1ListMembers, v1RemoveMember } from '../dialects/v1/teams.ts';
import { surroundingsOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { changeRole, leaveTeam, listMembers, removeMember } from './members.ts';
import { dynamoTeams } from './team-store.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { teams: dynamoTeams(table) };

export const handler = serveAll(
  [
    serving(listMembers(deps), v1ListMembers),
    serving(changeRole(deps), v1ChangeRole),
    serving(removeMember(deps), v1RemoveMember),
    serving(leaveTeam(deps), v1LeaveTeam),
  ],
  surroundingsOf(env, table),
);
