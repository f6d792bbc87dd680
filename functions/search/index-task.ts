import type { SQSClient } from '@aws-sdk/client-sqs';
import { type LaneJob, type LaneQueue, sqsLaneQueue } from '../shared/lane-queue.ts';

/** What one message of the queue of search is about: some records of a team, or the next records of a tag. */
export type IndexTask = { readonly mediaIds: readonly string[] } | { readonly tagId: string };

export type IndexJob = LaneJob<IndexTask>;

/** Changes that search has to follow, in lanes of the teams. */
export type IndexQueue = LaneQueue<IndexTask>;

export const sqsIndexQueue = (queueUrl: string, client?: SQSClient): IndexQueue => sqsLaneQueue(queueUrl, client);
