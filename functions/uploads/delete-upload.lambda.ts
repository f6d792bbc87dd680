import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1DeleteUpload } from '../api/v1/uploads.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { s3Parts } from '../stores/part-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { deleteUpload } from './delete-upload.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  deleteUpload({ uploads: dynamoUploads(table), files: s3Files(env.BUCKET), parts: s3Parts(env.BUCKET), clock }),
  [v1DeleteUpload],
  surroundingsOf(env, table),
);
