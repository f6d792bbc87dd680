import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateUpload } from '../api/v1/uploads.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { findByChecksum } from '../stores/duplicates.ts';
import { signPut } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoOpenUploads } from '../stores/open-uploads.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { createUpload } from './create-upload.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  createUpload({
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    open: dynamoOpenUploads(table),
    tags: dynamoTags(table),
    findByChecksum: findByChecksum(table),
    signPut: signPut(env.BUCKET),
    settings: env.SETTINGS,
    newId: () => crypto.randomUUID(),
    clock,
  }),
  [v1CreateUpload],
  surroundingsOf(env, table),
);
