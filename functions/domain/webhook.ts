import type { SetUp } from './team-rules.ts';

/** An external address that receives the events of a team. */
export interface Webhook extends SetUp {
  readonly id: string;
  readonly teamId: string;
  /** The person who made or last changed it: it is called while they may manage webhooks of the team. */
  readonly keptBy: string;
  readonly url: string;
  /** Names of events; none for all. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** Why the system switched it off; null when a person did. */
  readonly disabledBecause: string | null;
  /** When it last accepted an event. */
  readonly succeededAt: string | null;
}

/** One event for one webhook. */
export interface WebhookDelivery {
  readonly teamId: string;
  readonly webhookId: string;
  /** The same for every attempt, so that a receiver recognises a repetition. */
  readonly messageId: string;
  readonly event: string;
  /** The text that is sent, and signed. */
  readonly body: string;
  readonly firstAt: string;
  /** Attempts made. */
  readonly attempts: number;
  readonly notBefore: string;
  /** Sent because a person asked for it: tried once, and no reason to switch the webhook off. */
  readonly once?: boolean | undefined;
}

/** The event by which a person tries a webhook out. It is in no channel. */
export const TEST_EVENT = 'webhook.test';

/** The result of one attempt. */
export interface WebhookAttempt {
  readonly messageId: string;
  readonly event: string;
  readonly attempt: number;
  readonly at: string;
  readonly ok: boolean;
  /** The status of the answer; null without one. */
  readonly status: number | null;
  readonly error: string | null;
  readonly nextAt: string | null;
}

/** Seconds between attempts; the last one is repeated until the day is over. */
const WAITS = [5, 30, 120, 600, 1800, 3600, 7200, 10_800];
const TRIED_SECONDS = 24 * 3600;

/** When a delivery that failed `attempts` times is tried again; null once a day has passed. */
export const nextAttempt = (
  { firstAt, attempts }: Pick<WebhookDelivery, 'firstAt' | 'attempts'>,
  now: Date,
): Date | null => {
  const wait = WAITS[Math.min(attempts, WAITS.length) - 1] ?? 0;
  const next = new Date(now.getTime() + wait * 1000);
  return next.getTime() - Date.parse(firstAt) > TRIED_SECONDS * 1000 ? null : next;
};

/** Whether a webhook receives this event. */
export const wants = ({ enabled, events }: Pick<Webhook, 'enabled' | 'events'>, event: string): boolean =>
  enabled && (events.length === 0 || events.includes(event));
