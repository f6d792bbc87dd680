import { filesAnalyzeFile } from '../api/files/insights.ts';
import { serveAll, serving } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1GetMetadata } from '../api/v1/metadata.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { picturesInProcess } from '../processing/pictures-in-process.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoMetadata } from '../stores/metadata-store.ts';
import { openTable } from '../stores/table.ts';
import { analyzeMedia, analyzeParts } from './analyze-media.ts';
import { metadataReader } from './metadata-reader.ts';

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
  [serving(analyze, v1GetMetadata), serving(analyzeParts(analyze), filesAnalyzeFile)],
  surroundingsOf(env, table),
);
