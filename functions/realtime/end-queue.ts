import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** A connection that is to be closed, and when. */
export interface PlannedEnd {
  readonly connectionId: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** SQS delays for fifteen minutes at most; a later end takes several turns. */
const MOST_DELAY_SECONDS = 900;

/** The queue of connections whose credential ends by itself while they are open: no change of the table tells of that. */
export const sqsEnds = (QueueUrl: string) => {
  const client = new SQSClient({});
  return async (end: PlannedEnd, now: Date): Promise<void> => {
    const seconds = Math.ceil((end.at - now.getTime()) / 1000);
    const DelaySeconds = Math.max(0, Math.min(MOST_DELAY_SECONDS, seconds));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(end), DelaySeconds }));
  };
};
