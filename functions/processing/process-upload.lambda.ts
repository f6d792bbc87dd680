import type { S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fillTags } from '../analysis/fill-texts.ts';
import { readMetadata } from '../analysis/read-metadata.ts';
import { logFault } from '../api/log.ts';
import { ProcessUploadEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { dynamoTexts } from '../stores/text-store.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { requestText, textOnUpload } from '../text/request-text.ts';
import { textOrders } from '../text/text-orders.ts';
import { readScanEvent } from './malware/guard-duty.ts';
import { scannerOf } from './malware/scanner-of.ts';
import { processFile } from './process-file.ts';
import { processLarge } from './process-large.ts';
import { processUpload } from './process-upload.ts';

const env = ProcessUploadEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const clock = () => new Date();
const recorded = textOnUpload(requestText({ texts: dynamoTexts(table), send: textOrders(env.TEXT_QUEUE_URL), clock }));
const files = s3Files(env.BUCKET);
const work = processUpload({
  uploads: dynamoUploads(table),
  media: dynamoMedia(table),
  files,
  processFile,
  processLarge,
  readMetadata,
  fillTags: fillTags({ tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock }),
  scanner: scannerOf(env.MALWARE_SCANNER, files),
  settings: env.SETTINGS,
  clock,
  ...(env.SETTINGS.text.onUpload ? { recorded } : {}),
});

interface Task {
  readonly key: string;
  readonly reported?: string;
}

/** What a message is about: objects that S3 tells of, whose keys it encodes as a form does, or one that was scanned. */
const tasksIn = (body: string): readonly Task[] => {
  const message = JSON.parse(body) as Partial<S3Event>;
  const scanned = readScanEvent(message);
  if (scanned) return [scanned];
  return (message.Records ?? []).map(({ s3 }) => ({ key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')) }));
};

/** Takes the messages of a batch side by side: one waits for S3 while another decodes. A failed one alone comes again. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(
    event.Records.map(async ({ body }) => {
      for (const { key, reported } of tasksIn(body)) await work(key, reported);
    }),
  );
  const batchItemFailures = results.flatMap((result, index) => {
    const itemIdentifier = event.Records[index]?.messageId;
    if (result.status === 'fulfilled' || itemIdentifier === undefined) return [];
    logFault(itemIdentifier, result.reason);
    return [{ itemIdentifier }];
  });
  return { batchItemFailures };
};
