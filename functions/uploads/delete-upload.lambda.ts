import { dynamoAccounts } from '../accounts/account-store.ts';
import { v1DeleteUpload } from '../dialects/v1/uploads.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { serve } from '../http/serve.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { deleteUpload } from './delete-upload.ts';
import { s3Parts } from './part-store.ts';
import { dynamoUploads } from './upload-store.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  deleteUpload({
    accounts: dynamoAccounts(table),
    uploads: dynamoUploads(table),
    files: s3Files(env.BUCKET),
    parts: s3Parts(env.BUCKET),
    clock,
  }),
  [v1DeleteUpload],
  apiContextOf(env, table),
);
