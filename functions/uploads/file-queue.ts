import type { SQSClient } from '@aws-sdk/client-sqs';
import { type LaneJob, type LaneQueue, sqsLaneQueue } from '../shared/lane-queue.ts';
import type { Hint } from './process-upload.ts';

/** A file that is to be processed: a message of the queue of files. */
export interface FileTask extends Hint {
  readonly key: string;
}

export type FileJob = LaneJob<FileTask>;

/** Files that wait to be processed, in lanes. */
export type FileQueue = LaneQueue<FileTask>;

export const sqsFileQueue = (queueUrl: string, client?: SQSClient): FileQueue => sqsLaneQueue(queueUrl, client);
