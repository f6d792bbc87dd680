import type { Clock } from '../domain/ports.ts';
import { nextAttempt, type WebhookDelivery } from '../domain/webhook.ts';
import type { Called, WebhookCall } from './call-webhook.ts';
import { type KeptWebhooksDeps, keptWebhooks } from './kept-webhooks.ts';
import type { WebhookQueue } from './webhook-queue.ts';
import type { WebhookStore } from './webhook-store.ts';

export interface SendWebhookDeps extends KeptWebhooksDeps {
  readonly webhooks: Pick<WebhookStore, 'get' | 'abandon' | 'succeeded' | 'disable' | 'bePatient' | 'log'>;
  readonly queue: Pick<WebhookQueue, 'postpone'>;
  readonly call: (call: WebhookCall) => Promise<Called>;
  readonly clock: Clock;
}

const GONE = 410;
/** A receiver that took longer is slow. */
const SLOW_MILLISECONDS = 2000;
/** How long a receiver that failed or was slow is called from the patient queue. */
const PATIENT_MILLISECONDS = 600_000;

/** Until when a receiver is called from the patient queue, after an attempt; written again only once half of that is over. */
const patientUntil = (known: string | undefined, started: Date, ended: Date, ok: boolean): string | undefined => {
  if (ok && ended.getTime() - started.getTime() < SLOW_MILLISECONDS) return undefined;
  const until = ended.getTime() + PATIENT_MILLISECONDS;
  const left = known === undefined ? 0 : Date.parse(known) - ended.getTime();
  return left > PATIENT_MILLISECONDS / 2 ? undefined : new Date(until).toISOString();
};
const STALE_SUCCESS_MILLISECONDS = 60_000;

/**
 * Makes one attempt at a delivery. One that fails is tried again, later and later, for a day. A webhook that took nothing in the
 * whole day of a delivery is switched off, and so is one that answers 410.
 */
export const sendWebhook =
  ({ accounts, webhooks, queue, call, clock }: SendWebhookDeps) =>
  async (delivery: WebhookDelivery, from: 'prompt' | 'patient' = 'patient'): Promise<void> => {
    const { teamId, webhookId, messageId, body, event } = delivery;
    const early = Date.parse(delivery.notBefore) - clock().getTime();
    if (early > 0) return queue.postpone(delivery, early / 1000);
    const webhook = await webhooks.get(teamId, webhookId);
    if (!webhook?.enabled) return;
    // A waiting delivery was queued while its keeper might manage the webhook, and is sent only while they still may.
    if ((await keptWebhooks(teamId, [webhook], { accounts, webhooks })).length === 0) return;

    const started = clock();
    if (from === 'prompt' && (webhook.patientUntil ?? '') > started.toISOString()) return queue.postpone(delivery, 0);
    const { status, error } = await call({ url: webhook.url, secret: webhook.secret, messageId, body });
    const now = clock();
    const at = now.toISOString();
    const ok = status !== null && status >= 200 && status < 300;
    const attempt = delivery.attempts + 1;
    const patient = patientUntil(webhook.patientUntil, started, now, ok);
    if (patient !== undefined) await webhooks.bePatient(teamId, webhookId, patient);
    const next = ok || delivery.once || status === GONE ? null : nextAttempt({ ...delivery, attempts: attempt }, now);
    await webhooks.log(webhookId, {
      messageId,
      event,
      attempt,
      // The start time: the duration of a failure would reveal what the error hides.
      at: started.toISOString(),
      ok,
      status,
      error,
      nextAt: next?.toISOString() ?? null,
    });
    if (ok) {
      const known = webhook.succeededAt === null ? 0 : Date.parse(webhook.succeededAt);
      if (now.getTime() - known > STALE_SUCCESS_MILLISECONDS) await webhooks.succeeded(teamId, webhookId, at);
      return;
    }
    if (delivery.once) return;
    if (next) {
      const later = { ...delivery, attempts: attempt, notBefore: next.toISOString() };
      return queue.postpone(later, (next.getTime() - now.getTime()) / 1000);
    }
    if (status === GONE) await webhooks.disable(teamId, webhookId, 'It answered 410 Gone');
    else if ((webhook.succeededAt ?? '') < delivery.firstAt) {
      await webhooks.disable(teamId, webhookId, 'It took nothing for a day');
    }
  };
