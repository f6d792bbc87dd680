import type { AccountStore } from '../accounts/account-store.ts';
import { stillHeld } from '../accounts/still-held.ts';
import type { Role } from '../domain/scopes.ts';
import { mayManage } from '../domain/team-rules.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { WebhookStore } from './webhook-store.ts';

export interface KeptWebhooksDeps {
  readonly accounts: Pick<AccountStore, 'standing'>;
  readonly webhooks: Pick<WebhookStore, 'abandon'>;
}

/**
 * Of webhooks of a team, those whose keepers may keep them at this moment. The others are switched off, so that the team sees
 * why they are not called, and another of its managers can take them over.
 */
export const keptWebhooks = async <Kept extends Webhook>(
  teamId: string,
  all: readonly Kept[],
  { accounts, webhooks }: KeptWebhooksDeps,
): Promise<readonly Kept[]> => {
  const rule = { madeBy: ({ keptBy }: Webhook) => keptBy, may: (role: Role) => mayManage(role) };
  const kept = await stillHeld(teamId, all, rule, accounts);
  for (const webhook of all) if (webhook.enabled && !kept.includes(webhook)) await webhooks.abandon(webhook);
  return kept;
};
