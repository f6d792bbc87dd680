import * as z from 'zod/mini';
import { SYSTEM_EVENTS } from '../../domain/channels.ts';
import type { Webhook, WebhookAttempt } from '../../domain/webhook.ts';
import { route } from '../../http/route.ts';
import { envelope } from './media-view.ts';

const webhookView = ({ id, url, events, enabled, disabledBecause, succeededAt, createdAt }: Webhook) => ({
  id,
  url,
  events,
  enabled,
  disabledBecause,
  succeededAt,
  createdAt,
});
const attemptView = ({ messageId, event, attempt, at, ok, status, error, nextAt }: WebhookAttempt) => ({
  messageId,
  event,
  attempt,
  at,
  ok,
  status,
  error,
  nextAt,
});

const url = z.string().check(z.minLength(1), z.maxLength(2048));
const events = z.array(z.enum(SYSTEM_EVENTS)).check(z.maxLength(SYSTEM_EVENTS.length));

const ofWebhooks = { dialect: 'v1', operation: 'manage-webhooks', access: 'signed-in', subject: 'Webhook' } as const;

export const v1CreateWebhook = route({
  ...ofWebhooks,
  method: 'POST',
  path: '/api/v1/webhooks',
  summary: 'Create a webhook',
  failure: 'Failed to create the webhook',
  idempotent: true,
  body: z.strictObject({ url, events: z._default(events, []) }),
  input: ({ body }) => body,
  reply: ({ webhook, secret }: { webhook: Webhook; secret: string }) => ({
    status: 201,
    body: envelope({ ...webhookView(webhook), secret }),
  }),
});

export const v1ListWebhooks = route({
  ...ofWebhooks,
  method: 'GET',
  path: '/api/v1/webhooks',
  summary: 'List the webhooks of the team',
  failure: 'Failed to list the webhooks',
  input: () => undefined,
  reply: (webhooks: readonly Webhook[]) => ({ status: 200, body: envelope(webhooks.map(webhookView)) }),
});

export const v1ChangeWebhook = route({
  ...ofWebhooks,
  method: 'PATCH',
  path: '/api/v1/webhooks/{id}',
  summary: 'Change a webhook, or switch it on or off',
  failure: 'Failed to change the webhook',
  body: z
    .strictObject({ url: z.optional(url), events: z.optional(events), enabled: z.optional(z.boolean()) })
    .check(z.refine((body) => Object.keys(body).length > 0, 'Expected at least one field')),
  input: ({ path, body }) => ({ ...body, id: path.id ?? '' }),
  reply: (webhook: Webhook) => ({ status: 200, body: envelope(webhookView(webhook)) }),
});

export const v1DeleteWebhook = route({
  ...ofWebhooks,
  method: 'DELETE',
  path: '/api/v1/webhooks/{id}',
  summary: 'Delete a webhook',
  endsAccess: true,
  failure: 'Failed to delete the webhook',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: () => ({ status: 200, body: envelope({ message: 'Webhook deleted successfully' }) }),
});

/** A request to a foreign server, which a person starts: it counts as several calls. */
const CALLS_OF_A_REQUEST = 5;

export const v1TestWebhook = route({
  ...ofWebhooks,
  method: 'POST',
  path: '/api/v1/webhooks/{id}/test',
  summary: 'Send a test event to a webhook',
  failure: 'Failed to test the webhook',
  cost: () => CALLS_OF_A_REQUEST,
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: ({ messageId }: { messageId: string }) => ({ status: 202, body: envelope({ messageId }) }),
});

export const v1Redeliver = route({
  ...ofWebhooks,
  method: 'POST',
  path: '/api/v1/webhooks/{id}/deliveries/{messageId}/redeliver',
  summary: 'Send a delivery of a webhook again',
  failure: 'Failed to send the delivery again',
  cost: () => CALLS_OF_A_REQUEST,
  input: ({ path }) => ({ id: path.id ?? '', messageId: path.messageId ?? '' }),
  reply: ({ messageId }: { messageId: string }) => ({ status: 202, body: envelope({ messageId }) }),
});

export const v1ListDeliveries = route({
  ...ofWebhooks,
  method: 'GET',
  path: '/api/v1/webhooks/{id}/deliveries',
  summary: 'List the latest deliveries of a webhook',
  failure: 'Failed to list the deliveries',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (attempts: readonly WebhookAttempt[]) => ({ status: 200, body: envelope(attempts.map(attemptView)) }),
});
