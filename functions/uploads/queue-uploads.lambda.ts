import { dynamoAccounts } from '../accounts/account-store.ts';
import { QueueUploadsEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { sqsFileQueue } from './file-queue.ts';
import { mayStillBring } from './may-still-bring.ts';
import { queueUploads } from './queue-uploads.ts';
import { dynamoUploads } from './upload-store.ts';

const env = QueueUploadsEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = queueUploads({
  queue: sqsFileQueue(env.FILES_QUEUE_URL),
  lanes: env.LANES,
  uploads: dynamoUploads(table),
  mayStillBring: mayStillBring({ accounts: dynamoAccounts(table), clock: () => new Date() }),
});
