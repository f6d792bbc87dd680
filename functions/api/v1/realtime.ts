import * as z from 'zod/mini';
import type { IssuedTicket } from '../../realtime/create-ticket.ts';
import { route } from '../route.ts';
import { envelope } from './media-view.ts';

export const v1CreateTicket = route({
  method: 'POST',
  path: '/api/v1/realtime/tickets',
  dialect: 'v1',
  operation: 'create-ticket',
  access: 'media:read',
  failure: 'Failed to create a ticket',
  body: z.strictObject({}),
  input: () => undefined,
  reply: ({ ticket, expiresAt }: IssuedTicket) => ({ status: 201, body: envelope({ ticket, expiresAt }) }),
});
