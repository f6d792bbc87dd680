import type { AccountStore } from '../accounts/account-store.ts';
import { requireManagerOf } from '../accounts/require-manager-of.ts';
import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import { loginEnded, requireManager, requireNoGuest } from '../domain/team-rules.ts';
import type { Webhook, WebhookAttempt } from '../domain/webhook.ts';
import { newWebhookSecret } from './call-webhook.ts';
import { keptWebhooks } from './kept-webhooks.ts';
import { admitUrl } from './public-address.ts';
import { ABANDONED, type Keeper, type StoredWebhook, type WebhookChange, type WebhookStore } from './webhook-store.ts';

export interface WebhooksDeps {
  readonly accounts: Pick<AccountStore, 'standing'>;
  readonly webhooks: WebhookStore;
  readonly newId: () => string;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly toLoopback: boolean;
  readonly clock: Clock;
}

/** Each event of the team goes to each of them. */
const MOST_WEBHOOKS = 20;
const SECRET_BYTES = 24;
const MOST_ATTEMPTS = 100;

const requireWebhookManager = (principal: Principal): void => {
  requireManager(principal, principal.teamId);
  requireNoGuest(principal);
};

/** Throws for an admin if an owner keeps the webhook: its secret still signs for that owner, whatever its address. */
const requireManagerOfWebhook = async (
  principal: Principal,
  id: string,
  { accounts, webhooks }: Pick<WebhooksDeps, 'accounts' | 'webhooks'>,
): Promise<void> => {
  const webhook = await webhooks.get(principal.teamId, id);
  if (!webhook) throw notFound('Webhook');
  await requireManagerOf(principal, webhook.keptBy, accounts);
};

/** The caller as the one who answers for a webhook from now on. */
const keeperOf = async (
  { teamId, userId }: Principal,
  { accounts }: Pick<WebhooksDeps, 'accounts'>,
): Promise<Keeper> => {
  const standing = await accounts.standing(teamId, userId);
  if (!standing) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  return { keptBy: userId, memberSince: standing.since };
};

/** A webhook for the caller that made it: the secret is shown once, and only at its creation. */
const withSecret = ({ secret, patientUntil: _, ...webhook }: StoredWebhook) => ({ webhook, secret });

/** Names an address that hears what happens in the team. Its secret is shown this once. */
export const createWebhook =
  ({ accounts, webhooks, newId, randomBytes, toLoopback, clock }: WebhooksDeps) =>
  async ({
    input,
    principal,
    keyed,
  }: Call<Pick<Webhook, 'url' | 'events'>>): Promise<{ webhook: Webhook; secret: string }> => {
    requireWebhookManager(principal);
    admitUrl(input.url, toLoopback);
    const { teamId } = principal;
    const id = idsOf({ keyed }, newId)();
    const before = await madeBefore({ keyed }, () => webhooks.get(teamId, id));
    if (before) return withSecret(before);
    const tooMany = () => new MediaError('CONFLICT', `A team has at most ${MOST_WEBHOOKS} webhooks`);
    if ((await webhooks.list(teamId)).length >= MOST_WEBHOOKS) throw tooMany();
    const webhook: Webhook = {
      id,
      teamId,
      ...(await keeperOf(principal, { accounts })),
      url: input.url,
      events: [...new Set(input.events)],
      enabled: true,
      disabledBecause: null,
      succeededAt: null,
      createdAt: clock().toISOString(),
    };
    const secret = newWebhookSecret(keyed?.secret(SECRET_BYTES) ?? randomBytes(SECRET_BYTES));
    const { passwordVersion } = principal.credential;
    if (!(await webhooks.create({ ...webhook, secret }, passwordVersion))) throw loginEnded();
    // Counted again now that it is there: many calls at once all see a free place.
    if ((await webhooks.list(teamId)).length > MOST_WEBHOOKS) {
      await webhooks.remove(teamId, webhook.id);
      throw tooMany();
    }
    return { webhook, secret };
  };

/** The webhooks of the team, without their secrets. One whose keeper may no longer keep it is switched off, and says so. */
export const listWebhooks =
  ({ accounts, webhooks }: Pick<WebhooksDeps, 'accounts' | 'webhooks'>) =>
  async ({ principal }: Call<undefined>): Promise<readonly Webhook[]> => {
    requireWebhookManager(principal);
    const { teamId } = principal;
    const all = await webhooks.list(teamId);
    const kept = await keptWebhooks(teamId, all, { accounts, webhooks });
    // Lists are read a moment late: a webhook that was just switched off might still show its old state.
    return all.map((webhook) =>
      kept.includes(webhook) || !webhook.enabled ? webhook : { ...webhook, enabled: false, disabledBecause: ABANDONED },
    );
  };

/** Changes address or events, or switches a webhook off or on. Who does answers for it from now on. */
export const changeWebhook =
  ({ accounts, webhooks, toLoopback }: Pick<WebhooksDeps, 'accounts' | 'webhooks' | 'toLoopback'>) =>
  async ({ input, principal }: Call<WebhookChange & { id: string }>): Promise<Webhook> => {
    requireWebhookManager(principal);
    const { id, ...change } = input;
    await requireManagerOfWebhook(principal, id, { accounts, webhooks });
    if (change.url !== undefined) admitUrl(change.url, toLoopback);
    const kept = { ...change, ...(await keeperOf(principal, { accounts })) };
    const changed = await webhooks.change(principal.teamId, id, kept, principal.credential.passwordVersion);
    if (changed === 'ended') throw loginEnded();
    if (!changed) throw notFound('Webhook');
    return changed;
  };

/** Ends a webhook; what still waits for it is dropped. */
export const deleteWebhook =
  ({ accounts, webhooks }: Pick<WebhooksDeps, 'accounts' | 'webhooks'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    requireWebhookManager(principal);
    await requireManagerOfWebhook(principal, input.id, { accounts, webhooks });
    await webhooks.remove(principal.teamId, input.id);
  };

/** The latest attempts at a webhook, newest first. */
export const listDeliveries =
  ({ webhooks }: Pick<WebhooksDeps, 'webhooks'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<readonly WebhookAttempt[]> => {
    requireWebhookManager(principal);
    if (!(await webhooks.get(principal.teamId, input.id))) throw notFound('Webhook');
    return webhooks.attempts(input.id, MOST_ATTEMPTS);
  };
