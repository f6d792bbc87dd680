import { fileURLToPath } from 'node:url';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { s3Files } from '../files/file-store.ts';
import { readInProcess } from '../files/text/read-in-process.ts';
import { READING_LIMITS } from '../files/text/reading-limits.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { sandboxEntry, sandboxEnvironment } from '../sandbox/entry.ts';
import { ProcessingEnvironment } from '../shared/environment.ts';
import { logFault } from '../shared/log.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { readText } from './read-text.ts';
import type { TextJobMessage } from './request-text.ts';
import { textResults } from './text-results.ts';
import { dynamoTexts } from './text-store.ts';

const env = ProcessingEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const texts = dynamoTexts(table);
const clock = () => new Date();
const claims = dynamoClaims(table, clock);
const work = readText({
  media: dynamoMedia(table),
  texts,
  results: textResults(s3Files(env.BUCKET), texts),
  readFile: readInProcess({
    entry: sandboxEntry(import.meta.url, 'read-file'),
    env: sandboxEnvironment(process.env),
    pdfiumFile: fileURLToPath(new URL('./pdfium.wasm', import.meta.url)),
    ...READING_LIMITS,
  }),
  languages: env.SETTINGS.text.languages,
  clock,
});

/** One order after the other: reading needs the whole machine. A failed one alone is received again. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of event.Records) {
    try {
      const order = JSON.parse(body) as TextJobMessage;
      await work(order);
      if (order.claim) await claims.release(order.claim.share, order.claim.id);
    } catch (error) {
      logFault(messageId, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
