import * as z from 'zod/mini';
import { GRANTABLE_SCOPES, ROLES, SCOPES } from '../../domain/scopes.ts';
import { type Answer, answer } from '../common/dialect-document.ts';
import { count, id, message, nullable, text, time } from './shapes.ts';

const User = z.strictObject({
  id,
  email: text,
  defaultTeamId: id,
  guestUntil: nullable(time),
  createdAt: time,
});
const Team = z.strictObject({ id, name: z.string(), createdAt: time });
const OwnTeam = z.extend(Team, { role: z.enum(ROLES) });
const Member = z.strictObject({ userId: id, email: text, role: z.enum(ROLES), createdAt: time });
const Login = z.strictObject({ accessToken: z.string(), expiresIn: count, user: User, team: Team });

const ApiKey = z.strictObject({
  id,
  name: z.string(),
  scopes: z.array(z.enum(GRANTABLE_SCOPES)),
  expiresAt: nullable(time),
});

const Invitation = z.strictObject({
  id,
  email: z.string(),
  role: z.enum(ROLES),
  invitedBy: id,
  createdAt: time,
  expiresAt: time,
});

/** The answers of v1 about people: logins, keys, teams and invitations. */
export const accountAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/auth/login': { ...answer(200, Login), refusals: [401, 403] },
  'POST /api/v1/auth/refresh': { ...answer(200, Login), refusals: [401, 403] },
  'POST /api/v1/auth/guest': { ...answer(200, Login), refusals: [403] },
  'POST /api/v1/auth/password': answer(200, z.extend(Login, { message: z.string() })),
  'POST /api/v1/auth/password-resets': answer(202, message),
  'POST /api/v1/auth/password-resets/use': { ...answer(200, message), refusals: [404] },
  'POST /api/v1/auth/logout': answer(200, message),
  'GET /api/v1/auth/me': answer(
    200,
    z.strictObject({
      /** The person; for an API key its maker, only by the id. */
      user: User,
      /** The API key of the call; null for a login. */
      apiKey: nullable(ApiKey),
      team: Team,
      role: z.enum(ROLES),
      scopes: z.array(z.enum(SCOPES)),
      teams: z.array(OwnTeam),
    }),
  ),
  'POST /api/v1/api-keys': answer(201, z.extend(ApiKey, { key: z.string() })),
  'GET /api/v1/api-keys': answer(200, z.array(z.extend(ApiKey, { createdAt: time, lastUsedAt: nullable(time) }))),
  'DELETE /api/v1/api-keys/{id}': answer(200, message),
  'POST /api/v1/teams': answer(201, OwnTeam),
  'GET /api/v1/teams': answer(200, z.array(OwnTeam)),
  'GET /api/v1/teams/{id}': answer(200, OwnTeam),
  'PATCH /api/v1/teams/{id}': answer(200, OwnTeam),
  'GET /api/v1/teams/{id}/members': answer(200, z.array(Member)),
  'PATCH /api/v1/teams/{id}/members/{userId}': answer(200, Member),
  'DELETE /api/v1/teams/{id}/members/{userId}': answer(200, message),
  'POST /api/v1/teams/{id}/leave': answer(200, message),
  'POST /api/v1/teams/{id}/invitations': answer(201, z.extend(Invitation, { token: z.string(), mailed: z.boolean() })),
  'GET /api/v1/teams/{id}/invitations': answer(200, z.array(Invitation)),
  'DELETE /api/v1/teams/{id}/invitations/{invitationId}': answer(200, message),
  'POST /api/v1/invitations/accept': answer(
    200,
    z.union([z.strictObject({ team: Team, role: z.enum(ROLES) }), z.extend(Login, { role: z.enum(ROLES) })]),
  ),
};
