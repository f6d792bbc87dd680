import { v1SignUpload } from '../dialects/v1/uploads.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { signPut } from '../files/file-store.ts';
import { serve } from '../http/serve.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { signUpload } from './sign-upload.ts';
import { dynamoUploads } from './upload-store.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  signUpload({ uploads: dynamoUploads(table), signPut: signPut(env.BUCKET), clock }),
  [v1SignUpload],
  apiContextOf(env, table),
);
