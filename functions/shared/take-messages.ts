import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { logFault } from '../shared/log.ts';
import type { FileQueue, FileTask } from './file-queue.ts';
import type { Hint } from './process-upload.ts';

/** Times the number of attempts; a lane waits with its message, so it is not for long. */
const RETRY_SECONDS = 15;

/** Works off the messages of a batch concurrently. A failed one alone is received again, soon. */
export const takeMessages =
  (work: (key: string, hint: Hint) => Promise<void>, { retry }: Pick<FileQueue, 'retry'>) =>
  async (event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      event.Records.map(async ({ messageId, body, receiptHandle, attributes }) => {
        try {
          const { key, ...hint } = JSON.parse(body) as FileTask;
          await work(key, hint);
          return [];
        } catch (error) {
          logFault(messageId, error);
          // If this fails as well, it is received again after the queue's visibility timeout.
          await retry(receiptHandle, Number(attributes.ApproximateReceiveCount) * RETRY_SECONDS).catch((fault) =>
            logFault(messageId, fault),
          );
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };
