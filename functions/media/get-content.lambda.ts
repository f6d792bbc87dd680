import { randomUUID } from 'node:crypto';
import { filesDownloadFile, filesStreamFile } from '../dialects/files/content.ts';
import { contentRoutes } from '../dialects/v1/content.ts';
import { apiContextOf, clock, previewTokensOf } from '../entries/api-context.ts';
import { filesOnDemand } from '../files/files-on-demand.ts';
import { readSigner } from '../files/signed-address.ts';
import { serve } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { GetContentEnvironment, SigningEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { dynamoLeases } from '../table/lease-store.ts';
import { openTable } from '../table/table.ts';
import { drawOnce } from './draw-once.ts';
import { getContent } from './get-content.ts';
import { opacity } from './opacity.ts';
import { orderDrawing } from './order-drawing.ts';

const env = GetContentEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const files = filesOnDemand(env.BUCKET);
const api = apiContextOf(env, table);

export const handler = serve(
  getContent({
    media: dynamoMedia(table),
    files,
    drawOnce: drawOnce({ files, leases: dynamoLeases(table), claims: dynamoClaims(table, clock), newId: randomUUID }),
    limit: api.limit,
    orderDrawing: orderDrawing(invoking(env.DRAW_PICTURE)),
    isOpaque: opacity({ files }),
    openPreview: previewTokensOf(env).open,
    clock,
    signRead: readSigner(env.BUCKET, SigningEnvironment.parse(process.env)),
  }),
  [...contentRoutes, filesDownloadFile, filesStreamFile],
  api,
);
