import type { S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { logFault } from '../api/log.ts';
import { parseInboxKey, parseOriginalKey } from '../domain/media.ts';
import { shareOf } from '../domain/shares.ts';
import type { FileQueue, FileTask } from './file-queue.ts';
import { readScanEvent } from './malware/guard-duty.ts';

export interface QueueUploadsDeps {
  readonly queue: Pick<FileQueue, 'add'>;
  /** How many files of one share are processed at once. */
  readonly lanes: number;
}

/** What a message is about: objects that S3 tells of, whose keys it encodes as a form does, or one that was scanned. */
const tasksIn = (body: string): readonly FileTask[] => {
  const message = JSON.parse(body) as Partial<S3Event>;
  const scanned = readScanEvent(message);
  if (scanned) return [scanned];
  return (message.Records ?? []).map(({ s3 }) => ({ key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')) }));
};

/**
 * Puts each file that S3 tells of into one of the lanes of its team. A lane is a message group of a FIFO queue, of which one
 * message is in flight: a team with a thousand slow files fills its own lanes, and the file of another team does not wait.
 */
export const queueUploads = ({ queue, lanes }: QueueUploadsDeps) => {
  let turn = 0;
  const groupOf = (key: string): string | undefined => {
    const file = parseOriginalKey(key) ?? parseInboxKey(key);
    if (!file) return undefined;
    turn = (turn + 1) % lanes;
    return `${shareOf(file.teamId)}.${turn}`;
  };

  return async (event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> => {
    const jobs = event.Records.flatMap(({ messageId, body }) =>
      tasksIn(body).flatMap((task, index) => {
        const group = groupOf(task.key);
        return group === undefined ? [] : [{ task, group, id: `${messageId}.${index}`, messageId }];
      }),
    );
    const failed = await queue.add(jobs);
    const messages = new Set(jobs.filter(({ id }) => failed.has(id)).map(({ messageId }) => messageId));
    for (const messageId of messages) logFault(messageId, new Error('A file could not be put into its lane'));
    return { batchItemFailures: [...messages].map((itemIdentifier) => ({ itemIdentifier })) };
  };
};
