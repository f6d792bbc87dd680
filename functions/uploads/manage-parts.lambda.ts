import { v1CompleteUpload, v1SignParts } from '../dialects/v1/upload-parts.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { s3Client } from '../files/s3-client.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { completeUpload } from './complete-upload.ts';
import { dynamoOpenUploads } from './open-uploads.ts';
import { s3Parts, signPart } from './part-store.ts';
import { signParts } from './sign-parts.ts';
import { dynamoUploads } from './upload-store.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const s3 = s3Client();
const uploads = dynamoUploads(table);
const parts = s3Parts(env.BUCKET, s3);

export const handler = serveAll(
  [
    bindRoute(
      signParts({
        uploads,
        open: dynamoOpenUploads(table),
        parts,
        signPart: signPart(env.BUCKET, s3),
        settings: env.SETTINGS,
        clock,
      }),
      v1SignParts,
    ),
    bindRoute(completeUpload({ uploads, parts, files: s3Files(env.BUCKET, s3), clock }), v1CompleteUpload),
  ],
  apiContextOf(env, table),
);
