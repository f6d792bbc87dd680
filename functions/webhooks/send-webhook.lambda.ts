import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import type { WebhookDelivery } from '../domain/webhook.ts';
import { clock } from '../entries/api-context.ts';
import { SendWebhookEnvironment } from '../shared/environment.ts';
import { logFault } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { callWebhook } from './call-webhook.ts';
import { sendWebhook } from './send-webhook.ts';
import { sqsWebhookQueue } from './webhook-queue.ts';
import { dynamoWebhooks } from './webhook-store.ts';

const env = SendWebhookEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const send = sendWebhook({
  accounts: dynamoAccounts(table),
  webhooks: dynamoWebhooks(table),
  queue: sqsWebhookQueue(env.PATIENT_QUEUE_URL),
  call: callWebhook(env.SETTINGS.webhooksToLoopback, clock),
  clock,
});

/** Names of queues end their ARNs and their URLs. */
const nameOf = (queue: string): string => queue.slice(Math.max(queue.lastIndexOf(':'), queue.lastIndexOf('/')) + 1);
const PATIENT = nameOf(env.PATIENT_QUEUE_URL);

/** A receiver that took longer is slow. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(
    event.Records.map(({ body, eventSourceARN }) =>
      send(JSON.parse(body) as WebhookDelivery, nameOf(eventSourceARN) === PATIENT ? 'patient' : 'prompt'),
    ),
  );
  const batchItemFailures = results.flatMap((result, index) => {
    const itemIdentifier = event.Records[index]?.messageId;
    if (result.status === 'fulfilled' || itemIdentifier === undefined) return [];
    logFault(itemIdentifier, result.reason);
    return [{ itemIdentifier }];
  });
  return { batchItemFailures };
};
