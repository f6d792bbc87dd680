import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1AddMediaTag, v1GetMediaTags, v1RemoveMediaTag, v1ReplaceMediaTags } from '../api/v1/tags.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { retag } from '../stores/retag.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { changeMediaTags } from './change-media-tags.ts';
import { getMediaTags } from './get-media-tags.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { media: dynamoMedia(table), tags: dynamoTags(table), retag: retag(table), clock };
const change = changeMediaTags(deps);

export const handler = serveAll(
  [
    serving(getMediaTags(deps), v1GetMediaTags),
    serving(change, v1AddMediaTag),
    serving(change, v1ReplaceMediaTags),
    serving(change, v1RemoveMediaTag),
  ],
  surroundingsOf(env, table),
);
