import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { TextJobMessage } from './request-text.ts';

/** Puts orders into the queue of texts, each into a lane. */
export const textJobQueue = (queueUrl: string, client: SQSClient = new SQSClient({})) => {
  return async (order: TextJobMessage, group: string): Promise<void> => {
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
