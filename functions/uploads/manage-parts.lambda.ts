import { v1CompleteUpload, v1SignParts } from '../dialects/v1/upload-parts.ts';
import { clock, surroundingsOf } from '../entries/surroundings.ts';
import { s3Client, s3Files } from '../files/file-store.ts';
import { serveAll, serving } from '../http/serve.ts';
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
