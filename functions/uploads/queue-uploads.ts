import type { S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseInboxKey, parseOriginalKey } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import { shareOf } from '../domain/shares.ts';
import { readScanEvent } from '../files/malware/guard-duty.ts';
import { logFault } from '../shared/log.ts';
import type { FileQueue, FileTask } from './file-queue.ts';
import type { MayStillBring } from './may-still-bring.ts';

export interface QueueUploadsDeps {
  readonly queue: Pick<FileQueue, 'add'>;
  /** How many files of one share are processed at once. */
  readonly lanes: number;
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly mayStillBring: MayStillBring;
}

/**
 * What a message is about: objects that S3 tells of, whose keys it encodes as a form does, or one that was scanned.
 */
const tasksIn = (body: string): readonly FileTask[] => {
  const message = JSON.parse(body) as Partial<S3Event>;
  const scanned = readScanEvent(message);
  if (scanned) return [scanned];
  return (message.Records ?? []).map(({ s3 }) => ({ key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')) }));
};

/**
 * Puts each stored file into one of the lanes of its team, and notes when the person or key that announced it may no longer
 * upload it: the function that processes files has no access to accounts. A lane is a message group of a FIFO queue with one
 * message in flight: a team with a thousand slow files fills its own lanes, and the file of another team does not wait.
 */
export const queueUploads = ({ queue, lanes, uploads, mayStillBring }: QueueUploadsDeps) => {
  let turn = 0;
  const judged = async (task: FileTask): Promise<FileTask> => {
    const file = parseOriginalKey(task.key);
    const session = file && (await uploads.get(file.fileVersion));
    if (session?.status !== 'pending' && session?.status !== 'processing') return task;
    return (await mayStillBring(session)) ? task : { ...task, notPermitted: true };
  };
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
    const faults = new Map<string, unknown>();
    const ready = await Promise.all(
      jobs.map((job) =>
        judged(job.task).then(
          (task) => [{ ...job, task }],
          (fault: unknown) => {
            faults.set(job.id, fault);
            return [];
          },
        ),
      ),
    );
    const moved = await queue.add(ready.flat());
    for (const id of moved) faults.set(id, new Error('A file could not be put into its lane'));
    const messages = new Set<string>();
    for (const { id, messageId } of jobs) {
      if (!faults.has(id)) continue;
      messages.add(messageId);
      logFault(messageId, faults.get(id));
    }
    return { batchItemFailures: [...messages].map((itemIdentifier) => ({ itemIdentifier })) };
  };
};
