import * as z from 'zod/mini';
import { BYTES_OF_A_CALL, callsOf, ROWS_OF_A_CALL } from '../../http/cost.ts';
import { route } from '../../http/route.ts';
import type { IssuedTicket } from '../../realtime/create-ticket.ts';
import type { EventsRead } from '../../realtime/read-events.ts';
import { integerText } from '../common/fields.ts';
import { envelope } from './media-view.ts';

export const v1CreateTicket = route({
  method: 'POST',
  path: '/api/v1/realtime/tickets',
  summary: 'Create a ticket that opens one WebSocket connection',
  dialect: 'v1',
  operation: 'create-ticket',
  access: 'media:read',
  failure: 'Failed to create a ticket',
  body: z.strictObject({}),
  input: () => undefined,
  reply: ({ ticket, expiresAt }: IssuedTicket) => ({ status: 201, body: envelope({ ticket, expiresAt }) }),
});

export const v1ReadEvents = route({
  method: 'GET',
  path: '/api/v1/events',
  summary: 'Read the event log of a channel',
  dialect: 'v1',
  operation: 'read-events',
  access: 'media:read',
  subject: 'Channel',
  failure: 'Failed to read the events',
  query: z.strictObject({
    channel: z._default(z.string().check(z.maxLength(80)), 'media'),
    since: integerText(0, Number.MAX_SAFE_INTEGER, 0),
    limit: integerText(1, 500, 100),
    wait: integerText(0, 20, 0),
  }),
  costOfAnswer: ({ events }: EventsRead) =>
    Math.max(
      callsOf(events.length, ROWS_OF_A_CALL),
      callsOf(Buffer.byteLength(JSON.stringify(events)), BYTES_OF_A_CALL),
    ),
  input: ({ query }) => query,
  reply: ({ events, next, gap }: EventsRead) => ({ status: 200, body: envelope({ events, next, gap }) }),
});
