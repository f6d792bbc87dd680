import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1PurgeMedia } from '../api/v1/trash.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { dynamoDue } from '../stores/due-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { purgeMedia } from './purge-media.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  purgeMedia({ media: dynamoMedia(table), due: dynamoDue(table), files: s3Files(env.BUCKET), clock }),
  [v1PurgeMedia],
  surroundingsOf(env, table),
);
