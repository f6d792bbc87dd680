import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { dynamoGuests } from '../accounts/guest-store.ts';
import { s3Files } from '../files/file-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { SweepEnvironment } from '../shared/environment.ts';
import { logInfo } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { mayStillBring } from '../uploads/may-still-bring.ts';
import { s3Parts } from '../uploads/part-store.ts';
import { dynamoUploads } from '../uploads/upload-store.ts';
import { dynamoDue } from './due-store.ts';
import { SweepEvent, sweep } from './sweep.ts';

const env = SweepEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const queue = new SQSClient({});

const run = sweep({
  uploads: dynamoUploads(table),
  media: dynamoMedia(table),
  due: dynamoDue(table),
  guests: dynamoGuests(table),
  versions: dynamoVersions(table),
  objects: dynamoObjects(table),
  files: s3Files(env.BUCKET),
  parts: s3Parts(env.BUCKET),
  enqueue: async (key) => {
    const body = { Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] };
    await queue.send(new SendMessageCommand({ QueueUrl: env.PROCESSING_QUEUE_URL, MessageBody: JSON.stringify(body) }));
  },
  mayStillBring: mayStillBring({ accounts: dynamoAccounts(table), clock: () => new Date() }),
  clock: () => new Date(),
});

/** The longest time that one item takes: a guest with a hundred files. */
const ITEM_MILLISECONDS = 60_000;

export const handler = async (event: unknown, context: Context) => {
  const swept = await run(SweepEvent.parse(event ?? {}), () => context.getRemainingTimeInMillis() > ITEM_MILLISECONDS);
  logInfo({ swept });
  return swept;
};
