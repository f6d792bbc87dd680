import { randomBytes } from 'node:crypto';
import { dynamoAccounts } from '../accounts/account-store.ts';
import {
  v1ChangeWebhook,
  v1CreateWebhook,
  v1DeleteWebhook,
  v1ListDeliveries,
  v1ListWebhooks,
} from '../dialects/v1/webhooks.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoWebhooks } from './webhook-store.ts';
import { changeWebhook, createWebhook, deleteWebhook, listDeliveries, listWebhooks } from './webhooks.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  webhooks: dynamoWebhooks(table),
  newId: () => crypto.randomUUID(),
  randomBytes,
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
  ],
  apiContextOf(env, table),
);
