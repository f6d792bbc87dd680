import type { Context } from 'aws-lambda';
import { orderExamination } from '../files/checks/order-examination.ts';
import { s3Files } from '../files/file-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoMetadata } from '../library/metadata-store.ts';
import { RereadEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { logFailure, logInfo } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { readStored } from './read-stored.ts';
import { rereadMetadata } from './reread-metadata.ts';
import { dynamoReread } from './reread-store.ts';

const env = RereadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const metadata = dynamoMetadata(table);
const run = rereadMetadata({
  store: dynamoReread(table),
  media: dynamoMedia(table),
  metadata,
  read: readStored({
    metadata,
    files: s3Files(env.BUCKET),
    readMetadata: orderExamination(invoking(env.EXAMINE_FILE)).readMetadata,
    clock: () => new Date(),
  }),
  failed: (mediaId, error) => logFailure({ mediaId }, error),
});

/** The longest time for a file, with database and bucket at their slowest. */
const FILE_MILLISECONDS = 60_000;

export const handler = async (_event: unknown, context: Context) => {
  const reread = await run(() => context.getRemainingTimeInMillis() > FILE_MILLISECONDS);
  logInfo({ reread });
  return reread;
};
