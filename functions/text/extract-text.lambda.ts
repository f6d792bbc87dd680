import { filesExtractText } from '../api/files/insights.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1ExtractText, v1GetText } from '../api/v1/text.ts';
import { ExtractTextEnvironment } from '../environment.ts';
import { dynamoClaims } from '../stores/claim-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTexts } from '../stores/text-store.ts';
import { extractText } from './extract-text.ts';
import { claimText, requestText } from './request-text.ts';
import { textOrders } from './text-orders.ts';
import { textResults } from './text-results.ts';

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
    send: textOrders(env.TEXT_QUEUE_URL),
    clock,
  }),
  claimText: claimText({ claims }),
  // The readers are loaded when a document is read, not by every call that looks.
  readDocument: async (bytes, mimeType, options) =>
    (await import('./read-small-document.ts')).readSmallDocument(bytes, mimeType, options),
  languages: env.SETTINGS.text.languages,
  clock,
});

export const handler = serveAll(
  [serving(extract, v1ExtractText), serving(extract, v1GetText), serving(extract, filesExtractText)],
  surroundingsOf(env, table),
);
