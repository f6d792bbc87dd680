import * as z from 'zod/mini';
import { type Answer, answer } from '../common/dialect-document.ts';
import { count, id, message, nullable, text, time } from './shapes.ts';

const Webhook = z.strictObject({
  id,
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  disabledBecause: text,
  succeededAt: nullable(time),
  createdAt: time,
});
const WebhookAttempt = z.strictObject({
  messageId: z.string(),
  event: z.string(),
  attempt: count,
  at: time,
  ok: z.boolean(),
  status: nullable(count),
  error: text,
  nextAt: nullable(time),
});

const ChannelEvent = z.strictObject({
  type: z.literal('event'),
  channel: z.string(),
  seq: count,
  event: z.string(),
  data: z.unknown(),
  at: time,
  from: z.optional(z.strictObject({ userId: id, connectionId: id, by: z.optional(z.literal('api-key')) })),
});

/** The answers of v1 about events: tickets, the log and webhooks. */
export const eventAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/realtime/tickets': answer(201, z.strictObject({ ticket: z.string(), expiresAt: time })),
  'GET /api/v1/events': answer(200, z.strictObject({ events: z.array(ChannelEvent), next: count, gap: z.boolean() })),
  'POST /api/v1/webhooks': answer(201, z.extend(Webhook, { secret: z.string() })),
  'GET /api/v1/webhooks': answer(200, z.array(Webhook)),
  'PATCH /api/v1/webhooks/{id}': answer(200, Webhook),
  'DELETE /api/v1/webhooks/{id}': answer(200, message),
  'GET /api/v1/webhooks/{id}/deliveries': answer(200, z.array(WebhookAttempt)),
  'POST /api/v1/webhooks/{id}/test': answer(202, z.strictObject({ messageId: z.string() })),
  'POST /api/v1/webhooks/{id}/deliveries/{messageId}/redeliver': answer(202, z.strictObject({ messageId: z.string() })),
};
