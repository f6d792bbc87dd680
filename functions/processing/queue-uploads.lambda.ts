import { QueueUploadsEnvironment } from '../environment.ts';
import { sqsFileQueue } from './file-queue.ts';
import { queueUploads } from './queue-uploads.ts';

const env = QueueUploadsEnvironment.parse(process.env);

export const handler = queueUploads({ queue: sqsFileQueue(env.FILES_QUEUE_URL), lanes: env.LANES });
