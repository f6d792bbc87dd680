import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CompleteUpload, v1SignParts } from '../api/v1/upload-parts.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { s3Client, s3Files } from '../stores/file-store.ts';
import { dynamoOpenUploads } from '../stores/open-uploads.ts';
import { s3Parts, signPart } from '../stores/part-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { completeUpload } from './complete-upload.ts';
import { signParts } from './sign-parts.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const s3 = s3Client();
const uploads = dynamoUploads(table);
const parts = s3Parts(env.BUCKET, s3);

export const handler = serveAll(
  [
    serving(
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
    serving(completeUpload({ uploads, parts, files: s3Files(env.BUCKET, s3), clock }), v1CompleteUpload),
  ],
  surroundingsOf(env, table),
);
