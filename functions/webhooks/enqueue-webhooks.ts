import type { ChannelEvent } from '../domain/channels.ts';
import type { Clock } from '../domain/ports.ts';
import { type WebhookDelivery, wants } from '../domain/webhook.ts';
import { type KeptWebhooksDeps, keptWebhooks } from './kept-webhooks.ts';
import type { WebhookQueue } from './webhook-queue.ts';
import type { WebhookStore } from './webhook-store.ts';

export interface TellWebhooksDeps extends KeptWebhooksDeps {
  readonly webhooks: Pick<WebhookStore, 'list' | 'abandon'>;
  readonly webhookQueue: Pick<WebhookQueue, 'add'>;
  readonly clock: Clock;
}

/**
 * Puts what happened in a team into the queue, for each webhook that wants to hear of it. What comes again has the id it had.
 * Answers the events that some webhook wanted.
 */
export const enqueueWebhooks = async (
  teamId: string,
  events: readonly ChannelEvent[],
  { accounts, webhooks, webhookQueue, clock }: TellWebhooksDeps,
): Promise<ReadonlySet<ChannelEvent>> => {
  const willing = (await webhooks.list(teamId)).filter((webhook) => events.some(({ event }) => wants(webhook, event)));
  const all = await keptWebhooks(teamId, willing, { accounts, webhooks });
  const now = clock().toISOString();
  const wanted = new Set(events.filter(({ event }) => all.some((webhook) => wants(webhook, event))));
  const deliveries = all.flatMap((webhook) =>
    events
      .filter(({ event }) => wants(webhook, event))
      .map(
        ({ channel, seq, event, at, data }): WebhookDelivery => ({
          teamId,
          webhookId: webhook.id,
          messageId: `msg_${teamId}_${channel}_${seq}`,
          event,
          body: JSON.stringify({ type: event, timestamp: at, channel, seq, data }),
          firstAt: now,
          attempts: 0,
          notBefore: now,
        }),
      ),
  );
  if (deliveries.length > 0) await webhookQueue.add(deliveries);
  return wanted;
};
