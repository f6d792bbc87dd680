import * as z from 'zod/mini';
import type { Team, User } from '../../accounts/account-store.ts';
import { Email } from '../../accounts/create-owner.ts';
import type { Me } from '../../accounts/get-me.ts';
import type { LoggedIn } from '../../accounts/login.ts';
import { loginCookies, logoutCookies } from '../credentials.ts';
import { route } from '../route.ts';
import { envelope } from './media-view.ts';

const userView = ({ id, email, defaultTeamId, createdAt }: User) => ({ id, email, defaultTeamId, createdAt });
const teamView = ({ id, name, createdAt }: Team) => ({ id, name, createdAt });

export const v1Login = route({
  method: 'POST',
  path: '/api/v1/auth/login',
  dialect: 'v1',
  operation: 'login',
  access: 'public',
  failure: 'Failed to log in',
  body: z.strictObject({ email: Email, password: z.string().check(z.maxLength(1000)) }),
  input: ({ body }) => body,
  reply: ({ user, team, accessToken, expiresIn, session, refreshToken, sessionSeconds }: LoggedIn, { publicUrl }) => ({
    status: 200,
    cookies: loginCookies(publicUrl, { session, refreshToken, maxAge: sessionSeconds }),
    body: envelope({ accessToken, expiresIn, user: userView(user), team: teamView(team) }),
  }),
});

export const v1Logout = route({
  method: 'POST',
  path: '/api/v1/auth/logout',
  dialect: 'v1',
  operation: 'logout',
  access: 'signed-in',
  failure: 'Failed to log out',
  input: () => undefined,
  reply: (_: unknown, { publicUrl }) => ({
    status: 200,
    cookies: logoutCookies(publicUrl),
    body: envelope({ message: 'Logged out successfully' }),
  }),
});

export const v1GetMe = route({
  method: 'GET',
  path: '/api/v1/auth/me',
  dialect: 'v1',
  operation: 'get-me',
  access: 'signed-in',
  failure: 'Failed to get the account',
  input: () => undefined,
  reply: ({ user, team, principal }: Me) => ({
    status: 200,
    body: envelope({ user: userView(user), team: teamView(team), role: principal.role, scopes: [...principal.scopes] }),
  }),
});
