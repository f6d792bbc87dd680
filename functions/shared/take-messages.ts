import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { LaneQueue } from './lane-queue.ts';
import { logFault } from './log.ts';

/** Times the number of attempts; a lane waits with its message, so it is not for long. */
const RETRY_SECONDS = 15;

/** Works off the messages of a batch concurrently. A failed one alone is received again, after so many seconds times its attempts. */
export const takeMessages =
  <Task>(work: (task: Task) => Promise<void>, { retry }: Pick<LaneQueue<Task>, 'retry'>, seconds = RETRY_SECONDS) =>
  async (event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      event.Records.map(async ({ messageId, body, receiptHandle, attributes }) => {
        try {
          await work(JSON.parse(body) as Task);
          return [];
        } catch (error) {
          logFault(messageId, error);
          // If this fails as well, it is received again after the queue's visibility timeout.
          await retry(receiptHandle, Number(attributes.ApproximateReceiveCount) * seconds).catch((fault) =>
            logFault(messageId, fault),
          );
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };
