import type { SQSClient } from '@aws-sdk/client-sqs';
import { type LaneQueue, sqsLaneQueue } from '../shared/lane-queue.ts';
import type { TextJobMessage } from './request-text.ts';

/** Orders that wait in the queue of texts, in lanes. */
export const sqsTextQueue = (queueUrl: string, client?: SQSClient): LaneQueue<TextJobMessage> =>
  sqsLaneQueue(queueUrl, client);

/** Puts orders into the queue of texts, each into a lane. */
export const textJobQueue = (queueUrl: string, client?: SQSClient) => {
  const queue = sqsTextQueue(queueUrl, client);
  return async (order: TextJobMessage, group: string): Promise<void> => {
    const failed = await queue.add([{ task: order, group, id: crypto.randomUUID() }]);
    if (failed.size > 0) throw new Error('The order of a text could not be queued');
  };
};
