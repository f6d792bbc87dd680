import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

export interface LaneJob<Task> {
  readonly task: Task;
  /** The lane that it waits in. */
  readonly group: string;
  /** A job that is added again under the same id within five minutes is there once. */
  readonly id: string;
}

/** Tasks that wait in the lanes of a FIFO queue: of each lane, one batch is in flight. */
export interface LaneQueue<Task> {
  /** Answers the ids of the jobs that could not be added. */
  add(jobs: readonly LaneJob<Task>[]): Promise<ReadonlySet<string>>;
  /** Makes a failed message visible again after so many seconds; its lane waits meanwhile. */
  retry(receipt: string, seconds: number): Promise<void>;
}

const IN_ONE = 10;

export const sqsLaneQueue = <Task>(QueueUrl: string, client: SQSClient = new SQSClient({})): LaneQueue<Task> => ({
  add: async (jobs) => {
    const failed = new Set<string>();
    for (let start = 0; start < jobs.length; start += IN_ONE) {
      const some = jobs.slice(start, start + IN_ONE);
      const Entries = some.map(({ task, group, id }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(task),
        MessageGroupId: group,
        MessageDeduplicationId: id,
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      for (const { Id } of Failed) failed.add(some[Number(Id)]?.id ?? '');
    }
    return failed;
  },
  retry: async (ReceiptHandle, VisibilityTimeout) => {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  },
});
