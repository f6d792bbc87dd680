import { randomUUID } from 'node:crypto';
import { filesDownloadFile, filesStreamFile } from '../api/files/content.ts';
import { serve } from '../api/serve.ts';
import { clock, previewTokensOf, surroundingsOf } from '../api/surroundings.ts';
import { contentRoutes } from '../api/v1/content.ts';
import { GetContentEnvironment } from '../environment.ts';
import { invoking } from '../invoke.ts';
import { dynamoClaims } from '../stores/claim-store.ts';
import { s3Client, s3Files, signRead } from '../stores/file-store.ts';
import { dynamoLeases } from '../stores/lease-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { drawOnce } from './draw-once.ts';
import { getContent } from './get-content.ts';
import { opacity } from './opacity.ts';
import { orderDrawing } from './order-drawing.ts';

const env = GetContentEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const s3 = s3Client();
const files = s3Files(env.BUCKET, s3);
const surroundings = surroundingsOf(env, table);

export const handler = serve(
  getContent({
    media: dynamoMedia(table),
    files,
    drawOnce: drawOnce({ files, leases: dynamoLeases(table), claims: dynamoClaims(table, clock), newId: randomUUID }),
    limit: surroundings.limit,
    orderDrawing: orderDrawing(invoking(env.DRAW_PICTURE)),
    isOpaque: opacity({ files }),
    openPreview: previewTokensOf(env).open,
    clock,
    signRead: signRead(env.BUCKET, s3),
  }),
  [...contentRoutes, filesDownloadFile, filesStreamFile],
  surroundings,
);
