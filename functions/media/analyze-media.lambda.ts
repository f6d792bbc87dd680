import { filesAnalyzeFile } from '../dialects/files/insights.ts';
import { v1GetMetadata } from '../dialects/v1/metadata.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { metadataReader } from '../files/metadata/metadata-reader.ts';
import { picturesInProcess } from '../files/pictures/pictures-in-process.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoMetadata } from '../library/metadata-store.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { analyzeMedia, analyzeParts } from './analyze-media.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const analyze = analyzeMedia({
  media: dynamoMedia(table),
  metadata: dynamoMetadata(table),
  files: s3Files(env.BUCKET),
  readMetadata: metadataReader(picturesInProcess({ env: process.env, limits: { wallMs: 10_000 } })),
  clock: () => new Date(),
});

export const handler = serveAll(
  [bindRoute(analyze, v1GetMetadata), bindRoute(analyzeParts(analyze), filesAnalyzeFile)],
  apiContextOf(env, table),
);
