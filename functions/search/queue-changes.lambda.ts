import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { QueueChangesEnvironment } from '../shared/environment.ts';
import { sqsIndexQueue } from './index-task.ts';
import { queueChanges } from './queue-changes.ts';

const run = queueChanges({ queue: sqsIndexQueue(QueueChangesEnvironment.parse(process.env).INDEX_QUEUE_URL) });

export const handler = async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => run(event.Records);
