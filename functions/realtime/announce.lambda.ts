import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { mediaView } from '../dialects/v1/media-view.ts';
import { sendingOver } from '../entries/sending.ts';
import { showTags } from '../library/tag-store.ts';
import { AnnounceEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { sqsWebhookQueue } from '../webhooks/webhook-queue.ts';
import { dynamoWebhooks } from '../webhooks/webhook-store.ts';
import { announce } from './announce.ts';
import { sqsDeliveries, sqsEnds } from './end-queue.ts';
import { fanOutBy } from './invoke.ts';

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
  plan: sqsEnds(env.END_QUEUE_URL),
  awaitDelivery: sqsDeliveries(env.END_QUEUE_URL),
  view: (record, publicUrl) => mediaView(record, { publicUrl }),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => tell(event.Records);
