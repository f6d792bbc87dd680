import { v1AddMediaTag, v1GetMediaTags, v1RemoveMediaTag, v1ReplaceMediaTags } from '../dialects/v1/tags.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { retag } from '../library/retag.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { changeMediaTags } from './change-media-tags.ts';
import { getMediaTags } from './get-media-tags.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { media: dynamoMedia(table), tags: dynamoTags(table), retag: retag(table), clock };
const change = changeMediaTags(deps);

export const handler = serveAll(
  [
    bindRoute(getMediaTags(deps), v1GetMediaTags),
    bindRoute(change, v1AddMediaTag),
    bindRoute(change, v1ReplaceMediaTags),
    bindRoute(change, v1RemoveMediaTag),
  ],
  apiContextOf(env, table),
);
