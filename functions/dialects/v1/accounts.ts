import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import type { ApiKey, Team, User } from '../../accounts/account-store.ts';
import type { ChangePassword } from '../../accounts/change-password.ts';
import { DEVICE_SECONDS } from '../../accounts/device-tokens.ts';
import { Email } from '../../accounts/emails.ts';
import type { Me } from '../../accounts/get-me.ts';
import type { Login } from '../../accounts/login.ts';
import type { LoggedIn } from '../../accounts/open-session.ts';
import { Password } from '../../accounts/passwords.ts';
import type { RequestReset, ResetPassword } from '../../accounts/reset-password.ts';
import { MAIL_LANGUAGES } from '../../domain/mail.ts';
import { addressOf } from '../../http/address-of.ts';
import { deviceCookies, deviceToken, loginCookies, logoutCookies } from '../../http/cookies.ts';
import { refreshTokenOf } from '../../http/credentials.ts';
import { type ReplyContext, route } from '../../http/route.ts';
import { envelope } from './media-view.ts';

export const userView = ({ id, email, defaultTeamId, guestUntil, createdAt }: User) => ({
  id,
  email,
  defaultTeamId,
  guestUntil,
  createdAt,
});
/** The maker of a key, as that key may know them: by their id. The time is that of the key. */
const makerView = ({ id }: User, { teamId, createdAt }: ApiKey) => ({
  id,
  email: null,
  defaultTeamId: teamId,
  guestUntil: null,
  createdAt,
});
const keyView = ({ id, name, scopes, expiresAt }: ApiKey) => ({ id, name, scopes, expiresAt });
export const teamView = ({ id, name, createdAt }: Team) => ({ id, name, createdAt });

/** The origin of an attempt at a password: the address, and the device of an earlier sign-in. */
export const sourceOf = ({ event, publicUrl }: { event: APIGatewayProxyEventV2; publicUrl: string }) => ({
  address: addressOf(event),
  device: deviceToken(event, publicUrl),
});
/** The language of a mail. */
export const mailLanguage = z._default(z.enum(MAIL_LANGUAGES), 'en');

const knownDevice = (publicUrl: string, device: string) => deviceCookies(publicUrl, device, DEVICE_SECONDS);

/** The answer after any sign-in; the cookies give the same to a browser. */
export const loggedIn = (
  { user, team, accessToken, expiresIn, session, refreshToken, sessionSeconds, device }: LoggedIn,
  { publicUrl }: ReplyContext,
) => ({
  cookies: [
    ...loginCookies(publicUrl, { session, refreshToken, maxAge: sessionSeconds }),
    ...(device === undefined ? [] : knownDevice(publicUrl, device)),
  ],
  data: { accessToken, expiresIn, user: userView(user), team: teamView(team) },
});

const loginReply = (output: LoggedIn, context: ReplyContext) => {
  const { cookies, data } = loggedIn(output, context);
  return { status: 200, cookies, body: envelope(data) };
};

export const v1Login = route({
  method: 'POST',
  path: '/api/v1/auth/login',
  summary: 'Sign in with an e-mail address and a password',
  dialect: 'v1',
  operation: 'login',
  access: 'public',
  failure: 'Failed to log in',
  body: z.strictObject({ email: Email, password: z.string().check(z.maxLength(1000)) }),
  input: ({ body, event, publicUrl }): Login => ({ ...body, ...sourceOf({ event, publicUrl }) }),
  reply: loginReply,
});

const LONGEST_TOKEN = 1000;

/** The token that a body names, before the body is checked. */
const tokenInBody = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string | undefined => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  return /"refreshToken"\s*:\s*"([\w.-]{1,1000})"/.exec(text.slice(0, 2 * LONGEST_TOKEN))?.[1];
};

export const v1Refresh = route({
  method: 'POST',
  path: '/api/v1/auth/refresh',
  summary: 'Exchange a refresh token for new tokens',
  dialect: 'v1',
  operation: 'refresh',
  access: 'public',
  failure: 'Failed to refresh',
  exchanges: (event, publicUrl) => {
    const token = refreshTokenOf(event, publicUrl, tokenInBody(event));
    return token === undefined ? undefined : { kind: 'refresh', token };
  },
  body: z.strictObject({ refreshToken: z.optional(z.string().check(z.maxLength(LONGEST_TOKEN))) }),
  input: ({ body, event, publicUrl }) => ({ refreshToken: refreshTokenOf(event, publicUrl, body.refreshToken) }),
  reply: loginReply,
});

export const v1CreateGuest = route({
  method: 'POST',
  path: '/api/v1/auth/guest',
  summary: 'Create a guest account and sign it in',
  dialect: 'v1',
  operation: 'create-guest',
  access: 'public',
  failure: 'Failed to log in as a guest',
  body: z.strictObject({}),
  input: ({ event }) => ({ address: addressOf(event) }),
  reply: loginReply,
});

export const v1ChangePassword = route({
  method: 'POST',
  path: '/api/v1/auth/password',
  summary: "Change the caller's password",
  dialect: 'v1',
  operation: 'change-password',
  access: 'signed-in',
  endsAccess: true,
  failure: 'Failed to change the password',
  body: z.strictObject({
    currentPassword: z.string().check(z.maxLength(1000)),
    newPassword: Password,
    /** Ends the caller's API keys, invitations, webhooks and uploads in all their teams as well. */
    endEverything: z.optional(z.boolean()),
  }),
  input: ({ body }): ChangePassword => body,
  reply: (output: LoggedIn, context) => {
    const { cookies, data } = loggedIn(output, context);
    return { status: 200, cookies, body: envelope({ message: 'Password changed successfully', ...data }) };
  },
});

export const v1RequestReset = route({
  method: 'POST',
  path: '/api/v1/auth/password-resets',
  summary: 'Mail a link for a new password',
  dialect: 'v1',
  operation: 'change-password',
  access: 'public',
  failure: 'Failed to request a new password',
  body: z.strictObject({ email: Email, language: mailLanguage }),
  input: ({ body, event }): RequestReset => ({ ...body, address: addressOf(event) }),
  reply: () => ({
    status: 202,
    body: envelope({ message: 'If there is an account with this address, a mail is on its way' }),
  }),
});

export const v1ResetPassword = route({
  method: 'POST',
  path: '/api/v1/auth/password-resets/use',
  summary: 'Set a new password by a mailed token',
  dialect: 'v1',
  operation: 'change-password',
  access: 'public',
  failure: 'Failed to set the new password',
  body: z.strictObject({
    token: z.string().check(z.minLength(1), z.maxLength(100)),
    newPassword: Password,
    /** Ends the person's API keys, invitations, webhooks and uploads in all their teams as well. */
    endEverything: z.optional(z.boolean()),
  }),
  input: ({ body, event }): ResetPassword => ({ ...body, address: addressOf(event) }),
  reply: (_: unknown, { publicUrl }) => ({
    status: 200,
    cookies: logoutCookies(publicUrl),
    body: envelope({ message: 'The new password was set' }),
  }),
});

export const v1Logout = route({
  method: 'POST',
  path: '/api/v1/auth/logout',
  summary: 'Sign out',
  dialect: 'v1',
  operation: 'logout',
  access: 'signed-in',
  endsAccess: true,
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
  summary: 'Get the signed-in person and their team',
  dialect: 'v1',
  operation: 'get-me',
  access: 'signed-in',
  failure: 'Failed to get the account',
  input: () => undefined,
  reply: ({ user, team, teams, principal, apiKey }: Me) => ({
    status: 200,
    body: envelope({
      user: apiKey ? makerView(user, apiKey) : userView(user),
      apiKey: apiKey ? keyView(apiKey) : null,
      team: teamView(team),
      role: principal.role,
      scopes: [...principal.scopes],
      teams: teams.map((each) => ({ ...teamView(each), role: each.role })),
    }),
  }),
});
