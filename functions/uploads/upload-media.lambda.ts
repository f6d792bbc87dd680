import { adminAddMedia } from '../api/admin/add-media.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { tokensUploadMedia } from '../api/tokens/upload-media.ts';
import { v1UploadMedia } from '../api/v1/upload-media.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { processFile } from '../processing/process-file.ts';
import { dynamoDue } from '../stores/due-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags, showTags } from '../stores/tag-store.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { nameTags } from '../tags/name-tags.ts';
import { uploadFiles } from './upload-files.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const newId = () => crypto.randomUUID();

export const handler = serve(
  uploadFiles({
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    due: dynamoDue(table),
    files: s3Files(env.BUCKET),
    processFile,
    settings: env.SETTINGS,
    nameTags: nameTags({ tags: dynamoTags(table), newId, clock }),
    show: showTags(table),
    newId,
    clock,
  }),
  [v1UploadMedia, tokensUploadMedia, adminAddMedia],
  surroundingsOf(env, table),
);
