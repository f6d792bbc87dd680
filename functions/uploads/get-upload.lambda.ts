import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { v1ListUploads } from '../dialects/v1/upload-parts.ts';
import { v1GetUpload } from '../dialects/v1/uploads.ts';
import { clock, surroundingsOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
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
    serving(getUpload({ uploads: dynamoUploads(table), open, parts: s3Parts(env.BUCKET), clock }), v1GetUpload),
    serving(listUploads({ open, cursors: signedCursors(secretSigningKeys(env.AUTH_SECRET)) }), v1ListUploads),
  ],
  surroundingsOf(env, table),
);
