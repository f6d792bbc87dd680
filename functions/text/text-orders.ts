import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { TextOrder } from './request-text.ts';

/** Puts orders into the queue of texts, each into a lane. */
export const textOrders = (queueUrl: string, client: SQSClient = new SQSClient({})) => {
  return async (order: TextOrder, group: string): Promise<void> => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(order),
        MessageGroupId: group,
        MessageDeduplicationId: crypto.randomUUID(),
      }),
    );
  };
};
