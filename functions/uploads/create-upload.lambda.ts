import { fillTags } from '../analysis/fill-texts.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateUpload } from '../api/v1/uploads.ts';
import { CreateUploadEnvironment } from '../environment.ts';
import { findByChecksum } from '../stores/duplicates.ts';
import { s3Files, signPut } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoMetadata } from '../stores/metadata-store.ts';
import { dynamoOpenUploads } from '../stores/open-uploads.ts';
import { dynamoReuse } from '../stores/reuse-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { dynamoTexts } from '../stores/text-store.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { textOnUpload } from '../text/request-text.ts';
import { textOrders } from '../text/text-orders.ts';
import { createUpload } from './create-upload.ts';
import { reuseContent } from './reuse-content.ts';

const env = CreateUploadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const media = dynamoMedia(table);
const tags = dynamoTags(table);
const texts = dynamoTexts(table);
const newId = () => crypto.randomUUID();
const recorded = textOnUpload({ texts, send: textOrders(env.TEXT_QUEUE_URL), clock });
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
  surroundingsOf(env, table),
);
