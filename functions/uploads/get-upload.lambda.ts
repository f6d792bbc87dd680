import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1ListUploads } from '../api/v1/upload-parts.ts';
import { v1GetUpload } from '../api/v1/uploads.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { signedCursors } from '../media/page-cursors.ts';
import { dynamoOpenUploads } from '../stores/open-uploads.ts';
import { s3Parts } from '../stores/part-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { getUpload } from './get-upload.ts';
import { listUploads } from './list-uploads.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const open = dynamoOpenUploads(table);

export const handler = serveAll(
  [
    serving(getUpload({ uploads: dynamoUploads(table), open, parts: s3Parts(env.BUCKET), clock }), v1GetUpload),
    serving(listUploads({ open, cursors: signedCursors(secretSigningKeys(env.AUTH_SECRET)) }), v1ListUploads),
  ],
  surroundingsOf(env, table),
);
