import { adminEditMedia } from '../api/admin/media.ts';
import { baseUpdateItem } from '../api/base/update-item.ts';
import { filesUpdateFile } from '../api/files/files.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1UpdateMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoAliases } from '../stores/alias-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { retag } from '../stores/retag.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags, showTags } from '../stores/tag-store.ts';
import { nameTags } from '../tags/name-tags.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { byAlias } from './by-alias.ts';
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
    serving(update, v1UpdateMedia),
    serving(update, filesUpdateFile),
    serving(update, baseUpdateItem),
    serving(byAlias(dynamoAliases(table), update), adminEditMedia),
  ],
  surroundingsOf(env, table),
);
