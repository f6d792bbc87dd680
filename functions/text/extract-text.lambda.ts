import { filesExtractText } from '../dialects/files/insights.ts';
import { v1ExtractText, v1GetText } from '../dialects/v1/text.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { orderExamination } from '../files/checks/order-examination.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { ExtractTextEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { extractText } from './extract-text.ts';
import { claimText, requestText } from './request-text.ts';
import { textJobQueue } from './text-job-queue.ts';
import { textResults } from './text-results.ts';
import { dynamoTexts } from './text-store.ts';

const env = ExtractTextEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const texts = dynamoTexts(table);
const claims = dynamoClaims(table, clock);

const extract = extractText({
  media: dynamoMedia(table),
  texts,
  results: textResults(s3Files(env.BUCKET), texts),
  requestText: requestText({
    texts,
    claims,
    send: textJobQueue(env.TEXT_QUEUE_URL),
    clock,
  }),
  claimText: claimText({ claims }),
  newId: () => crypto.randomUUID(),
  readDocument: orderExamination(invoking(env.EXAMINE_FILE)).readText,
  languages: env.SETTINGS.text.languages,
  clock,
});

export const handler = serveAll(
  [bindRoute(extract, v1ExtractText), bindRoute(extract, v1GetText), bindRoute(extract, filesExtractText)],
  apiContextOf(env, table),
);
