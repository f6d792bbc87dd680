import type { Context } from 'aws-lambda';
import { RereadEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoMetadata } from '../stores/metadata-store.ts';
import { dynamoReread } from '../stores/reread-store.ts';
import { openTable } from '../stores/table.ts';
import { readMetadata } from './read-metadata.ts';
import { readStored } from './read-stored.ts';
import { rereadMetadata } from './reread-metadata.ts';

const env = RereadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const metadata = dynamoMetadata(table);
const run = rereadMetadata({
  store: dynamoReread(table),
  media: dynamoMedia(table),
  metadata,
  // Sound and film alone, which are read in a thread; no picture comes here.
  read: readStored({ metadata, files: s3Files(env.BUCKET), readMetadata, clock: () => new Date() }),
  failed: (mediaId, error) => console.error(JSON.stringify({ level: 'ERROR', mediaId, error: String(error) })),
});

/** What a file may take at most, with database and bucket at their slowest. */
const FILE_MILLISECONDS = 60_000;

export const handler = async (_event: unknown, context: Context) => {
  const reread = await run(() => context.getRemainingTimeInMillis() > FILE_MILLISECONDS);
  console.info(JSON.stringify({ level: 'INFO', reread }));
  return reread;
};
