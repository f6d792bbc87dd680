import { adminEditMedia } from '../dialects/admin/media.ts';
import { baseUpdateItem } from '../dialects/base/update-item.ts';
import { filesUpdateFile } from '../dialects/files/files.ts';
import { v1UpdateMedia } from '../dialects/v1/media.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { retag } from '../library/retag.ts';
import { dynamoTags, showTags } from '../library/tag-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { nameTags } from '../tags/name-tags.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { resolveAlias } from './resolve-alias.ts';
import { updateMedia } from './update-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const update = withTagNames(
  showTags(table),
  updateMedia({
    media: dynamoMedia(table),
    nameTags: nameTags({ tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock }),
    retag: retag(table),
    clock,
  }),
);

export const handler = serveAll(
  [
    bindRoute(update, v1UpdateMedia),
    bindRoute(update, filesUpdateFile),
    bindRoute(update, baseUpdateItem),
    bindRoute(resolveAlias(dynamoAliases(table), update), adminEditMedia),
  ],
  apiContextOf(env, table),
);
