import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { v1ListUploads } from '../dialects/v1/upload-parts.ts';
import { v1GetUpload } from '../dialects/v1/uploads.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { signedCursors } from '../media/page-cursors.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { getUpload } from './get-upload.ts';
import { listUploads } from './list-uploads.ts';
import { dynamoOpenUploads } from './open-uploads.ts';
import { s3Parts } from './part-store.ts';
import { dynamoUploads } from './upload-store.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const open = dynamoOpenUploads(table);

export const handler = serveAll(
  [
    bindRoute(getUpload({ uploads: dynamoUploads(table), open, parts: s3Parts(env.BUCKET), clock }), v1GetUpload),
    bindRoute(listUploads({ open, cursors: signedCursors(secretSigningKeys(env.AUTH_SECRET)) }), v1ListUploads),
  ],
  apiContextOf(env, table),
);
