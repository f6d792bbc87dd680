import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type MailQueue, NO_MAIL } from '../domain/mail.ts';

/** The queue of mails; undefined in a stack that sends none. */
export const mailQueueAt = (QueueUrl: string): MailQueue | undefined => {
  if (QueueUrl === NO_MAIL) return undefined;
  const client = new SQSClient({});
  return {
    add: async (task) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(task) }));
    },
  };
};
