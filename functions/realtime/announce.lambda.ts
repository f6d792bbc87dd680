import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { AnnounceEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { sqsWebhookQueue } from '../webhooks/webhook-queue.ts';
import { dynamoWebhooks } from '../webhooks/webhook-store.ts';
import { announce } from './announce.ts';
import { fanOutBy } from './invoke.ts';
import { sendingOver } from './sending.ts';

const env = AnnounceEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const tell = announce({
  ...sendingOver(table, env.MANAGEMENT_URL),
  ...fanOutBy(env.FAN_OUT),
  accounts: dynamoAccounts(table),
  webhooks: dynamoWebhooks(table),
  webhookQueue: sqsWebhookQueue(env.WEBHOOK_QUEUE_URL),
  publicUrl: env.PUBLIC_URL,
  show: showTags(table),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => tell(event.Records);
