import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1SignUpload } from '../api/v1/uploads.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { signPut } from '../stores/file-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { signUpload } from './sign-upload.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  signUpload({ uploads: dynamoUploads(table), signPut: signPut(env.BUCKET), clock }),
  [v1SignUpload],
  surroundingsOf(env, table),
);
