import { orderExamination } from '../files/checks/order-examination.ts';
import { s3Files } from '../files/file-store.ts';
import { createScanner } from '../files/malware/create-scanner.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { fillTags } from '../media/fill-texts.ts';
import { ProcessUploadEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { takeMessages } from '../shared/take-messages.ts';
import { openTable } from '../table/table.ts';
import { textOnUpload } from '../text/request-text.ts';
import { textJobQueue } from '../text/text-job-queue.ts';
import { dynamoTexts } from '../text/text-store.ts';
import { type FileTask, sqsFileQueue } from './file-queue.ts';
import { processUpload } from './process-upload.ts';
import { unlessGone } from './unless-gone.ts';
import { dynamoUploads } from './upload-store.ts';

const env = ProcessUploadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const clock = () => new Date();
const recorded = textOnUpload({ texts: dynamoTexts(table), send: textJobQueue(env.TEXT_QUEUE_URL), clock });
const files = s3Files(env.BUCKET);
const { examineStored } = orderExamination(invoking(env.EXAMINE_FILE));
const work = processUpload({
  uploads: dynamoUploads(table),
  media: dynamoMedia(table),
  objects: dynamoObjects(table),
  versions: dynamoVersions(table),
  files,
  examineStored: unlessGone(files, examineStored),
  fillTags: fillTags({ tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock }),
  scanner: createScanner(env.MALWARE_SCANNER, files),
  settings: env.SETTINGS,
  clock,
  ...(env.SETTINGS.text.onUpload ? { recorded } : {}),
});

export const handler = takeMessages(({ key, ...hint }: FileTask) => work(key, hint), sqsFileQueue(env.FILES_QUEUE_URL));
