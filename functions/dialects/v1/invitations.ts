import * as z from 'zod/mini';
import { Email } from '../../accounts/emails.ts';
import { Password } from '../../accounts/passwords.ts';
import { ROLES } from '../../domain/scopes.ts';
import { route } from '../../http/route.ts';
import type { AcceptInvitation, Joined } from '../../teams/accept-invitation.ts';
import type { Invitation } from '../../teams/invitation-store.ts';
import type { IssuedInvitation } from '../../teams/invitations.ts';
import { identifier } from '../common/fields.ts';
import { loggedIn, mailLanguage, sourceOf, teamView } from './accounts.ts';
import { envelope } from './media-view.ts';

const invitationView = ({ id, email, role, invitedBy, createdAt, expiresAt }: Invitation) => ({
  id,
  email,
  role,
  invitedBy,
  createdAt,
  expiresAt,
});

const ofInvitations = { dialect: 'v1', operation: 'manage-invitations', access: 'signed-in', subject: 'Team' } as const;

export const v1CreateInvitation = route({
  ...ofInvitations,
  method: 'POST',
  path: '/api/v1/teams/{id}/invitations',
  summary: 'Invite a person to a team',
  failure: 'Failed to invite',
  idempotent: true,
  body: z.strictObject({ email: Email, role: z.enum(ROLES), language: mailLanguage }),
  input: ({ path, body }) => ({ id: path.id ?? '', ...body }),
  reply: ({ invitation, token, mailed }: IssuedInvitation) => ({
    status: 201,
    body: envelope({ ...invitationView(invitation), token, mailed }),
  }),
});

export const v1ListInvitations = route({
  ...ofInvitations,
  method: 'GET',
  path: '/api/v1/teams/{id}/invitations',
  summary: 'List the open invitations of a team',
  failure: 'Failed to list the invitations',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (invitations: readonly Invitation[]) => ({ status: 200, body: envelope(invitations.map(invitationView)) }),
});

export const v1WithdrawInvitation = route({
  ...ofInvitations,
  method: 'DELETE',
  path: '/api/v1/teams/{id}/invitations/{invitationId}',
  summary: 'Withdraw an invitation',
  endsAccess: true,
  failure: 'Failed to withdraw the invitation',
  input: ({ path }) => ({ teamId: path.id ?? '', invitationId: identifier(path.invitationId, 'Invitation') }),
  reply: () => ({ status: 200, body: envelope({ message: 'Invitation withdrawn successfully' }) }),
});

export const v1AcceptInvitation = route({
  ...ofInvitations,
  method: 'POST',
  path: '/api/v1/invitations/accept',
  summary: 'Accept an invitation',
  access: 'optional',
  failure: 'Failed to accept the invitation',
  body: z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(100)), password: z.optional(Password) }),
  input: ({ body, event, publicUrl }): AcceptInvitation => ({ ...body, ...sourceOf({ event, publicUrl }) }),
  reply: ({ team, role, login }: Joined, context) => {
    const joined = { team: teamView(team), role };
    if (!login) return { status: 200, body: envelope(joined) };
    const { cookies, data } = loggedIn(login, context);
    return { status: 200, cookies, body: envelope({ ...data, ...joined }) };
  },
});
