import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { logFault } from '../shared/log.ts';
import type { IndexRecords } from './index-records.ts';
import type { IndexQueue, IndexTask } from './index-task.ts';

export interface IndexMediaDeps {
  readonly indexRecords: IndexRecords;
  readonly backfillTag: (tagId: string) => Promise<void>;
  readonly queue: Pick<IndexQueue, 'retry'>;
}

/** Times the number of attempts; the lane waits with its message, so it is not for long. */
const RETRY_SECONDS = 10;

type Message = Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body' | 'attributes'>;
type Failures = ReadonlyMap<string, unknown>;

/**
 * Updates search for a batch of messages of the queue. Safe to repeat, in part or as a whole. The lanes in a batch do not wait
 * for each other; the records of a lane are indexed together, since those of a team meet at its counts. A record that fails does
 * not fail the others: its message alone is received again.
 */
export const indexMedia = ({ indexRecords, backfillTag, queue }: IndexMediaDeps) => {
  /** The records that could not be indexed, each with its error. While there is time, a failure costs no other record. */
  const indexEach = async (mediaIds: readonly string[], hasTime: () => boolean): Promise<Failures> => {
    const failures = new Map<string, unknown>();
    if (mediaIds.length === 0) return failures;
    try {
      await indexRecords(mediaIds);
    } catch (error) {
      if (mediaIds.length === 1 || !hasTime()) return new Map(mediaIds.map((id) => [id, error]));
      const middle = Math.ceil(mediaIds.length / 2);
      for (const half of [mediaIds.slice(0, middle), mediaIds.slice(middle)])
        for (const [id, fault] of await indexEach(half, hasTime)) failures.set(id, fault);
    }
    return failures;
  };

  /** The messages of a lane that have to come again. */
  const inLane = async (messages: readonly Message[], hasTime: () => boolean): Promise<readonly Message[]> => {
    const tasks = messages.map((message) => ({ message, task: JSON.parse(message.body) as IndexTask }));
    const idsOf = (task: IndexTask) => ('mediaIds' in task ? task.mediaIds : []);
    const failures = await indexEach([...new Set(tasks.flatMap(({ task }) => idsOf(task)))], hasTime);
    const failed: Message[] = [];
    for (const { message, task } of tasks) {
      const lost = idsOf(task).find((id) => failures.has(id));
      try {
        if (lost !== undefined) throw failures.get(lost);
        if ('tagId' in task) await backfillTag(task.tagId);
      } catch (error) {
        logFault(message.messageId, error);
        failed.push(message);
      }
    }
    return failed;
  };

  return async (
    { Records }: { readonly Records: readonly Message[] },
    hasTime: () => boolean = () => true,
  ): Promise<SQSBatchResponse> => {
    const lanes = Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId);
    const failed = await Promise.all([...lanes.values()].map((messages) => inLane(messages, hasTime)));
    const again = failed.flat();
    for (const { messageId, receiptHandle, attributes } of again) {
      const seconds = Number(attributes.ApproximateReceiveCount) * RETRY_SECONDS;
      // If this fails as well, it is received again after the queue's visibility timeout.
      await queue.retry(receiptHandle, seconds).catch((fault: unknown) => logFault(messageId, fault));
    }
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};
