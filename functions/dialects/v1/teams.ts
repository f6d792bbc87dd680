import * as z from 'zod/mini';
import type { Member } from '../../accounts/account-store.ts';
import { ROLES } from '../../domain/scopes.ts';
import { route } from '../../http/route.ts';
import type { OwnTeam } from '../../teams/teams.ts';
import { identifier, label } from '../common/fields.ts';
import { teamView } from './accounts.ts';
import { envelope } from './media-view.ts';

const ownTeamView = (team: OwnTeam) => ({ ...teamView(team), role: team.role });
const memberView = ({ userId, email, role, createdAt }: Member) => ({ userId, email, role, createdAt });

type Path = Readonly<Record<string, string>>;
const named = (path: Path) => ({ teamId: path.id ?? '', userId: identifier(path.userId, 'Member') });

const ofTeams = { dialect: 'v1', operation: 'manage-teams', access: 'signed-in', subject: 'Team' } as const;
const ofMembers = { dialect: 'v1', operation: 'manage-members', access: 'signed-in', subject: 'Team' } as const;

export const v1CreateTeam = route({
  ...ofTeams,
  method: 'POST',
  path: '/api/v1/teams',
  summary: 'Create a team',
  failure: 'Failed to create the team',
  idempotent: true,
  body: z.strictObject({ name: label }),
  input: ({ body }) => body,
  reply: (team: OwnTeam) => ({ status: 201, body: envelope(ownTeamView(team)) }),
});

export const v1ListTeams = route({
  ...ofTeams,
  method: 'GET',
  path: '/api/v1/teams',
  summary: 'List the teams of the caller',
  failure: 'Failed to list the teams',
  input: () => undefined,
  reply: (teams: readonly OwnTeam[]) => ({ status: 200, body: envelope(teams.map(ownTeamView)) }),
});

export const v1GetTeam = route({
  ...ofTeams,
  method: 'GET',
  path: '/api/v1/teams/{id}',
  summary: 'Get a team',
  failure: 'Failed to get the team',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (team: OwnTeam) => ({ status: 200, body: envelope(ownTeamView(team)) }),
});

export const v1RenameTeam = route({
  ...ofTeams,
  method: 'PATCH',
  path: '/api/v1/teams/{id}',
  summary: 'Rename a team',
  failure: 'Failed to rename the team',
  body: z.strictObject({ name: label }),
  input: ({ path, body }) => ({ id: path.id ?? '', name: body.name }),
  reply: (team: OwnTeam) => ({ status: 200, body: envelope(ownTeamView(team)) }),
});

export const v1ListMembers = route({
  ...ofMembers,
  method: 'GET',
  path: '/api/v1/teams/{id}/members',
  summary: 'List the members of a team',
  failure: 'Failed to list the members',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (members: readonly Member[]) => ({ status: 200, body: envelope(members.map(memberView)) }),
});

export const v1ChangeRole = route({
  ...ofMembers,
  method: 'PATCH',
  path: '/api/v1/teams/{id}/members/{userId}',
  summary: 'Change the role of a member',
  failure: 'Failed to change the role',
  body: z.strictObject({ role: z.enum(ROLES) }),
  input: ({ path, body }) => ({ ...named(path), role: body.role }),
  reply: (member: Member) => ({ status: 200, body: envelope(memberView(member)) }),
});

export const v1RemoveMember = route({
  ...ofMembers,
  method: 'DELETE',
  path: '/api/v1/teams/{id}/members/{userId}',
  summary: 'Remove a member from a team',
  endsAccess: true,
  failure: 'Failed to remove the member',
  input: ({ path }) => named(path),
  reply: () => ({ status: 200, body: envelope({ message: 'Member removed successfully' }) }),
});

export const v1LeaveTeam = route({
  ...ofMembers,
  method: 'POST',
  path: '/api/v1/teams/{id}/leave',
  summary: 'Leave a team',
  failure: 'Failed to leave the team',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: () => ({ status: 200, body: envelope({ message: 'Team left successfully' }) }),
});
