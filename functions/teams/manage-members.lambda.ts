import { serveAll, serving } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1ChangeRole, v1LeaveTeam, v1ListMembers, v1RemoveMember } from '../api/v1/teams.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
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
