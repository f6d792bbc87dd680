import { entity, ofPassword, putNew } from '../accounts/entity.ts';
import type { Webhook, WebhookAttempt } from '../domain/webhook.ts';
import { attemptKey, webhookKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** A webhook with the secret that its calls are signed with, which only the sender needs. */
export interface StoredWebhook extends Webhook {
  readonly secret: string;
  /** It failed or was slow, and is called from the patient queue until then. */
  readonly patientUntil?: string;
}

export type WebhookChange = Partial<Pick<Webhook, 'url' | 'events' | 'enabled'>>;
/** Who answers for a webhook from a change on, and the membership in which they do. */
export type Keeper = Pick<Webhook, 'keptBy' | 'memberSince'>;

/** Why a webhook was switched off whose keeper left the team or may not manage webhooks any more. */
export const ABANDONED =
  'Its keeper may not keep webhooks of this team any more; change it or switch it on to take it over';

/** Attempts are stored for a week. */
const KEPT_SECONDS = 7 * 24 * 3600;

const shown = (stored: StoredWebhook): Webhook => {
  const { secret: _, patientUntil: _until, ...webhook } = stored;
  return webhook;
};

/** The update of a webhook that sets these attributes, if it exists. */
const updateOf = (teamId: string, id: string, values: Readonly<Record<string, unknown>>) => {
  const names = Object.keys(values);
  return {
    Key: webhookKey(teamId, id),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
  };
};

/** The log of the deliveries of a webhook. */
const dynamoAttempts = (table: Table) => ({
  log: async (webhookId: string, attempt: WebhookAttempt): Promise<void> => {
    const ttl = Math.floor(Date.parse(attempt.at) / 1000) + KEPT_SECONDS;
    await table.put({ Item: { ...attemptKey(webhookId, attempt.at, attempt.messageId), ...attempt, ttl } });
  },
  /** The latest attempts, newest first. */
  attempts: async (webhookId: string, most: number): Promise<readonly WebhookAttempt[]> => {
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': attemptKey(webhookId, '', '').pk },
      ScanIndexForward: false,
      Limit: most,
    });
    return Items.flatMap((item) => entity<WebhookAttempt>(item) ?? []);
  },
});

/** What the sender of calls notes at a webhook. */
const dynamoOutcomes = (table: Table) => {
  const update = async (teamId: string, id: string, values: Readonly<Record<string, unknown>>) => {
    const answer = await table.update({ ...updateOf(teamId, id, values), ReturnValues: 'ALL_NEW' });
    const stored = entity<StoredWebhook>(answer?.Attributes);
    return stored && shown(stored);
  };
  return {
    succeeded: (teamId: string, id: string, at: string) => update(teamId, id, { succeededAt: at }),
    bePatient: (teamId: string, id: string, patientUntil: string) => update(teamId, id, { patientUntil }),
    disable: (teamId: string, id: string, disabledBecause: string) =>
      update(teamId, id, { enabled: false, disabledBecause }),
    /** Switches off a webhook whose keeper may not manage it any more, unless it has another keeper by now. */
    abandon: async ({ teamId, id, keptBy }: Pick<Webhook, 'teamId' | 'id' | 'keptBy'>): Promise<void> => {
      await table.update({
        Key: webhookKey(teamId, id),
        UpdateExpression: 'SET enabled = :off, disabledBecause = :because',
        ConditionExpression: keptBy === undefined ? 'attribute_not_exists(keptBy)' : 'keptBy = :keeper',
        ExpressionAttributeValues: {
          ':off': false,
          ':because': ABANDONED,
          ...(keptBy === undefined ? {} : { ':keeper': keptBy }),
        },
      });
    },
  };
};

/** Webhooks of a team and the log of their deliveries. */
export const dynamoWebhooks = (table: Table) => ({
  ...dynamoOutcomes(table),
  ...dynamoAttempts(table),

  /** False when its keeper's password is not of this version any more. */
  create: async (webhook: StoredWebhook, passwordVersion?: number): Promise<boolean> => {
    const put = putNew({ ...webhookKey(webhook.teamId, webhook.id), ...webhook });
    const failed = await table.transact([put, ...ofPassword(webhook.keptBy, passwordVersion)]);
    if (failed.includes(0)) throw new Error(`webhook id ${webhook.id} is taken`);
    return failed.length === 0;
  },
  get: async (teamId: string, id: string): Promise<StoredWebhook | undefined> =>
    entity<StoredWebhook>(await table.get(webhookKey(teamId, id))),
  list: async (teamId: string): Promise<readonly Webhook[]> => {
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': webhookKey(teamId, '').pk,
        ':first': 'WEBHOOK#',
        ':last': 'WEBHOOK#\uffff',
      },
      ConsistentRead: true,
    });
    return Items.flatMap((item) => entity<StoredWebhook>(item) ?? []).map(shown);
  },
  /**
   * Undefined when the team has no such webhook, `ended` when the new keeper's password is not of this version any more.
   * Switching one on again gives it a new chance.
   */
  change: async (
    teamId: string,
    id: string,
    change: WebhookChange & Keeper,
    passwordVersion?: number,
  ): Promise<Webhook | 'ended' | undefined> => {
    const values = { ...change, ...(change.enabled ? { disabledBecause: null } : {}) };
    const changing = { Update: updateOf(teamId, id, values) };
    const failed = await table.transact([changing, ...ofPassword(change.keptBy, passwordVersion)]);
    if (failed.includes(0)) return undefined;
    if (failed.length > 0) return 'ended';
    const stored = entity<StoredWebhook>(await table.get(webhookKey(teamId, id)));
    return stored && shown(stored);
  },
  remove: (teamId: string, id: string): Promise<void> => table.remove(webhookKey(teamId, id)),
});

export type WebhookStore = ReturnType<typeof dynamoWebhooks>;
