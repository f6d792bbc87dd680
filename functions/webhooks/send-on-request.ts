import type { AccountStore } from '../accounts/account-store.ts';
import { requireManagerOf } from '../accounts/require-manager-of.ts';
import type { Call } from '../domain/call.ts';
import type { ChannelEvent } from '../domain/channels.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import { requireManager, requireNoGuest } from '../domain/team-rules.ts';
import { TEST_EVENT, type WebhookDelivery } from '../domain/webhook.ts';
import type { WebhookQueue } from './webhook-queue.ts';
import type { StoredWebhook, WebhookStore } from './webhook-store.ts';

export interface SendOnRequestDeps {
  readonly accounts: Pick<AccountStore, 'standing'>;
  readonly webhooks: Pick<WebhookStore, 'get' | 'attempts'>;
  readonly webhookQueue: Pick<WebhookQueue, 'add'>;
  /** An event of a channel by its number, for a day. */
  readonly eventOf: (teamId: string, channel: string, seq: number) => Promise<ChannelEvent | undefined>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A delivery that was queued because a person asked for it. */
export interface Requested {
  readonly messageId: string;
}

/** Of the listed deliveries one may be sent again. */
const LISTED = 100;

/** A webhook that is on, for a caller who may manage it. */
const findWebhook = async (
  principal: Principal,
  id: string,
  { accounts, webhooks }: Pick<SendOnRequestDeps, 'accounts' | 'webhooks'>,
): Promise<StoredWebhook> => {
  requireManager(principal, principal.teamId);
  requireNoGuest(principal);
  const webhook = await webhooks.get(principal.teamId, id);
  if (!webhook) throw notFound('Webhook');
  await requireManagerOf(principal, webhook.keptBy, accounts);
  if (!webhook.enabled) throw new MediaError('CONFLICT', 'This webhook is switched off');
  return webhook;
};

type Sent = Pick<WebhookDelivery, 'messageId' | 'event' | 'body' | 'attempts'>;

const queued = async (
  { teamId, id: webhookId }: StoredWebhook,
  sent: Sent,
  { webhookQueue, clock }: Pick<SendOnRequestDeps, 'webhookQueue' | 'clock'>,
): Promise<Requested> => {
  const now = clock().toISOString();
  await webhookQueue.add([{ ...sent, teamId, webhookId, firstAt: now, notBefore: now, once: true }]);
  return { messageId: sent.messageId };
};

/** The body of a test: it has the form of an event, and says nothing of the team's files. */
const testBody = (webhookId: string, at: string): string =>
  JSON.stringify({ type: TEST_EVENT, timestamp: at, data: { id: webhookId } });

/** Sends a webhook a test event, once. The deliveries show how it was answered. */
export const testWebhook =
  (deps: SendOnRequestDeps) =>
  async ({ input: { id }, principal }: Call<{ id: string }>): Promise<Requested> => {
    const webhook = await findWebhook(principal, id, deps);
    const body = testBody(id, deps.clock().toISOString());
    return queued(webhook, { messageId: `msg_test_${deps.newId()}`, event: TEST_EVENT, body, attempts: 0 }, deps);
  };

/** Where an event stands that a message is about: `msg_<team>_<channel>_<seq>`. */
const placeOf = (messageId: string, teamId: string): { readonly channel: string; readonly seq: number } | undefined => {
  const start = `msg_${teamId}_`;
  const [, channel, seq] = messageId.startsWith(start)
    ? (/^(.+)_(\d+)$/.exec(messageId.slice(start.length)) ?? [])
    : [];
  return channel === undefined ? undefined : { channel, seq: Number(seq) };
};

/**
 * Sends a delivery again, once, with the id and the body that it had: a receiver that has it knows it by the id. The body comes
 * from the log of the channel, which is kept for a day.
 */
export const redeliver =
  (deps: SendOnRequestDeps) =>
  async ({ input: { id, messageId }, principal }: Call<{ id: string; messageId: string }>): Promise<Requested> => {
    const webhook = await findWebhook(principal, id, deps);
    const attempts = (await deps.webhooks.attempts(id, LISTED)).filter((each) => each.messageId === messageId);
    const [latest] = attempts;
    if (!latest) throw notFound('Delivery');
    const again = { messageId, event: latest.event, attempts: Math.max(...attempts.map(({ attempt }) => attempt)) };
    if (latest.event === TEST_EVENT) {
      return queued(webhook, { ...again, body: testBody(id, deps.clock().toISOString()) }, deps);
    }
    const place = placeOf(messageId, webhook.teamId);
    const found = place && (await deps.eventOf(webhook.teamId, place.channel, place.seq));
    if (!found) throw new MediaError('CONFLICT', 'The event of this delivery is older than a day');
    const { channel, seq, event: type, at: timestamp, data } = found;
    return queued(webhook, { ...again, body: JSON.stringify({ type, timestamp, channel, seq, data }) }, deps);
  };
