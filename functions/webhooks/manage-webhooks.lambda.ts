import { randomBytes } from 'node:crypto';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import {
  v1ChangeWebhook,
  v1CreateWebhook,
  v1DeleteWebhook,
  v1ListDeliveries,
  v1ListWebhooks,
} from '../api/v1/webhooks.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
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
    serving(createWebhook(deps), v1CreateWebhook),
    serving(listWebhooks(deps), v1ListWebhooks),
    serving(changeWebhook(deps), v1ChangeWebhook),
    serving(deleteWebhook(deps), v1DeleteWebhook),
    serving(listDeliveries(deps), v1ListDeliveries),
  ],
  surroundingsOf(env, table),
);
