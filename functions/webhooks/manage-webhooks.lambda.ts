import { randomBytes } from 'node:crypto';
import { dynamoAccounts } from '../accounts/account-store.ts';
import {
  v1ChangeWebhook,
  v1CreateWebhook,
  v1DeleteWebhook,
  v1ListDeliveries,
  v1ListWebhooks,
  v1Redeliver,
  v1TestWebhook,
} from '../dialects/v1/webhooks.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoEventLog } from '../realtime/event-log.ts';
import { ManageWebhooksEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { redeliver, testWebhook } from './send-on-request.ts';
import { sqsWebhookQueue } from './webhook-queue.ts';
import { dynamoWebhooks } from './webhook-store.ts';
import { changeWebhook, createWebhook, deleteWebhook, listDeliveries, listWebhooks } from './webhooks.ts';

const env = ManageWebhooksEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const log = dynamoEventLog(table);
const deps = {
  accounts: dynamoAccounts(table),
  webhooks: dynamoWebhooks(table),
  newId: () => crypto.randomUUID(),
  randomBytes,
  webhookQueue: sqsWebhookQueue(env.WEBHOOK_QUEUE_URL),
  eventOf: async (teamId: string, channel: string, seq: number) =>
    (await log.read(teamId, channel, seq - 1, seq, 1)).find((event) => event.seq === seq),
  toLoopback: env.SETTINGS.webhooksToLoopback,
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createWebhook(deps), v1CreateWebhook),
    bindRoute(listWebhooks(deps), v1ListWebhooks),
    bindRoute(changeWebhook(deps), v1ChangeWebhook),
    bindRoute(deleteWebhook(deps), v1DeleteWebhook),
    bindRoute(listDeliveries(deps), v1ListDeliveries),
    bindRoute(testWebhook(deps), v1TestWebhook),
    bindRoute(redeliver(deps), v1Redeliver),
  ],
  apiContextOf(env, table),
);
