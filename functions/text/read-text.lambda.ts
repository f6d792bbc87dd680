import { fileURLToPath } from 'node:url';
import { s3Files } from '../files/file-store.ts';
import { readInProcess } from '../files/text/read-in-process.ts';
import { READING_LIMITS } from '../files/text/reading-limits.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { sandboxEntry, sandboxEnvironment } from '../sandbox/entry.ts';
import { ReadTextEnvironment } from '../shared/environment.ts';
import { takeMessages } from '../shared/take-messages.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { readText } from './read-text.ts';
import type { TextJobMessage } from './request-text.ts';
import { sqsTextQueue } from './text-job-queue.ts';
import { textResults } from './text-results.ts';
import { dynamoTexts } from './text-store.ts';

const env = ReadTextEnvironment.parse(process.env);
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

const read = async (order: TextJobMessage): Promise<void> => {
  await work(order);
  if (order.claim) await claims.release(order.claim.share, order.claim.id);
};

/** A lane waits for so long after a fault of the storage or the table, of which a text gets over one. */
const RETRY_SECONDS = 60;

/** Orders come one in a batch: reading needs the whole machine. */
export const handler = takeMessages(read, sqsTextQueue(env.TEXT_QUEUE_URL), RETRY_SECONDS);
