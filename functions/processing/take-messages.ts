import type { S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { logFault } from '../api/log.ts';
import { readScanEvent } from './malware/guard-duty.ts';
import type { Hint } from './process-upload.ts';

interface Task extends Pick<Hint, 'reported'> {
  readonly key: string;
}

/** What a message is about: objects that S3 tells of, whose keys it encodes as a form does, or one that was scanned. */
const tasksIn = (body: string): readonly Task[] => {
  const message = JSON.parse(body) as Partial<S3Event>;
  const scanned = readScanEvent(message);
  if (scanned) return [scanned];
  return (message.Records ?? []).map(({ s3 }) => ({ key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')) }));
};

/** Takes the messages of a batch side by side: one waits for S3 while another decodes. A failed one alone comes again. */
export const takeMessages =
  (work: (key: string, hint: Hint) => Promise<void>) =>
  async (event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> => {
    const results = await Promise.allSettled(
      event.Records.map(async ({ body, attributes }) => {
        const again = Number(attributes.ApproximateReceiveCount) > 1;
        for (const { key, reported } of tasksIn(body)) await work(key, { reported, again });
      }),
    );
    const batchItemFailures = results.flatMap((result, index) => {
      const itemIdentifier = event.Records[index]?.messageId;
      if (result.status === 'fulfilled' || itemIdentifier === undefined) return [];
      logFault(itemIdentifier, result.reason);
      return [{ itemIdentifier }];
    });
    return { batchItemFailures };
  };
