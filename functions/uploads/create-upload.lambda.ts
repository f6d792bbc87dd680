import { v1CreateUpload } from '../dialects/v1/uploads.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files, signPut } from '../files/file-store.ts';
import { serve } from '../http/serve.ts';
import { findByChecksum } from '../library/duplicates.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoMetadata } from '../library/metadata-store.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { fillTags } from '../media/fill-texts.ts';
import { CreateUploadEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { textOnUpload } from '../text/request-text.ts';
import { textJobQueue } from '../text/text-job-queue.ts';
import { dynamoTexts } from '../text/text-store.ts';
import { createUpload } from './create-upload.ts';
import { dynamoOpenUploads } from './open-uploads.ts';
import { reuseContent } from './reuse-content.ts';
import { dynamoReuse } from './reuse-store.ts';
import { dynamoUploads } from './upload-store.ts';

const env = CreateUploadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const media = dynamoMedia(table);
const tags = dynamoTags(table);
const texts = dynamoTexts(table);
const newId = () => crypto.randomUUID();
const recorded = textOnUpload({ texts, send: textJobQueue(env.TEXT_QUEUE_URL), clock });
const reuse = reuseContent({
  media,
  files: s3Files(env.BUCKET),
  metadata: dynamoMetadata(table),
  texts,
  reuse: dynamoReuse(table),
  fillTags: fillTags({ tags, newId, clock }),
  settings: env.SETTINGS,
  ...(env.SETTINGS.text.onUpload ? { recorded } : {}),
});

export const handler = serve(
  createUpload({
    uploads: dynamoUploads(table),
    media,
    versions: dynamoVersions(table),
    open: dynamoOpenUploads(table),
    tags,
    findByChecksum: findByChecksum(table),
    reuse,
    signPut: signPut(env.BUCKET),
    settings: env.SETTINGS,
    newId,
    clock,
  }),
  [v1CreateUpload],
  apiContextOf(env, table),
);
