import { filesDownloadFile, filesStreamFile } from '../api/files/content.ts';
import { serve } from '../api/serve.ts';
import { clock, previewTokensOf, surroundingsOf } from '../api/surroundings.ts';
import { contentRoutes } from '../api/v1/content.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { picturesInProcess } from '../processing/pictures-in-process.ts';
import { s3Client, s3Files, signRead } from '../stores/file-store.ts';
import { dynamoLeases } from '../stores/lease-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { drawOnce } from './draw-once.ts';
import { drawOriginal } from './draw-original.ts';
import { getContent } from './get-content.ts';
import { opacity } from './opacity.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const s3 = s3Client();
const files = s3Files(env.BUCKET, s3);

export const handler = serve(
  getContent({
    media: dynamoMedia(table),
    files,
    drawOnce: drawOnce({ files, leases: dynamoLeases(table) }),
    isOpaque: opacity({ files }),
    openPreview: previewTokensOf(env).open,
    clock,
    signRead: signRead(env.BUCKET, s3),
    // The caller waits, and no longer than the function may.
    ...drawOriginal(picturesInProcess({ env: process.env, limits: { wallMs: 20_000 } })),
  }),
  [...contentRoutes, filesDownloadFile, filesStreamFile],
  surroundingsOf(env, table),
);
