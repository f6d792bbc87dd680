import { filesAnalyzeFile } from '../dialects/files/insights.ts';
import { v1GetMetadata } from '../dialects/v1/metadata.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { orderExamination } from '../files/checks/order-examination.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoMetadata } from '../library/metadata-store.ts';
import { AnalyzeMediaEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { openTable } from '../table/table.ts';
import { analyzeMedia, analyzeParts } from './analyze-media.ts';

const env = AnalyzeMediaEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const analyze = analyzeMedia({
  media: dynamoMedia(table),
  metadata: dynamoMetadata(table),
  files: s3Files(env.BUCKET),
  readMetadata: orderExamination(invoking(env.EXAMINE_FILE)).readMetadata,
  clock: () => new Date(),
});

export const handler = serveAll(
  [bindRoute(analyze, v1GetMetadata), bindRoute(analyzeParts(analyze), filesAnalyzeFile)],
  apiContextOf(env, table),
);
