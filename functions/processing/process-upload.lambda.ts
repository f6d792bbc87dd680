import { fillTags } from '../analysis/fill-texts.ts';
import { metadataReader } from '../analysis/metadata-reader.ts';
import { ProcessUploadEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoObjects } from '../stores/object-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { dynamoTexts } from '../stores/text-store.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { textOnUpload } from '../text/request-text.ts';
import { textOrders } from '../text/text-orders.ts';
import { checkInThread } from './checks/check-in-thread.ts';
import { sqsFileQueue } from './file-queue.ts';
import { scannerOf } from './malware/scanner-of.ts';
import { picturesInProcess } from './pictures-in-process.ts';
import { processFile } from './process-file.ts';
import { processLarge } from './process-large.ts';
import { processUpload } from './process-upload.ts';
import { takeMessages } from './take-messages.ts';

const env = ProcessUploadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const clock = () => new Date();
const recorded = textOnUpload({ texts: dynamoTexts(table), send: textOrders(env.TEXT_QUEUE_URL), clock });
const files = s3Files(env.BUCKET);
const pictures = picturesInProcess({ env: process.env, repeats: true });
const work = processUpload({
  uploads: dynamoUploads(table),
  media: dynamoMedia(table),
  objects: dynamoObjects(table),
  versions: dynamoVersions(table),
  files,
  processFile: (input) => processFile({ ...input, pictures, documents: checkInThread() }),
  processLarge,
  readMetadata: metadataReader(pictures),
  fillTags: fillTags({ tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock }),
  scanner: scannerOf(env.MALWARE_SCANNER, files),
  settings: env.SETTINGS,
  clock,
  ...(env.SETTINGS.text.onUpload ? { recorded } : {}),
});

export const handler = takeMessages(work, sqsFileQueue(env.FILES_QUEUE_URL));
