import type { SQSRecord } from 'aws-lambda';
import type { IndexTask } from '../../../functions/search/index-task.ts';

/** A message of the queue of search, as Lambda hands it over. */
export const messageOf = (task: IndexTask, group: string, id: string, receives = 1) => ({
  messageId: id,
  receiptHandle: `receipt of ${id}`,
  body: JSON.stringify(task),
  attributes: {
    ApproximateReceiveCount: String(receives),
    MessageGroupId: group,
  } as SQSRecord['attributes'],
});
