import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { adminListMedia } from '../api/admin/media.ts';
import { baseListAll, baseListItems } from '../api/base/items.ts';
import { filesListFiles } from '../api/files/files.ts';
import { serveAll, serving } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { tokensListMedia } from '../api/tokens/media.ts';
import { v1ListMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoAliases } from '../stores/alias-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoSearch } from '../stores/search-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags, showTags } from '../stores/tag-store.ts';
import { listMedia } from './list-media.ts';
import { numbered } from './numbered.ts';
import { signedCursors } from './page-cursors.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const list = listMedia({
  media: dynamoMedia(table),
  tags: dynamoTags(table),
  search: searchMedia(dynamoSearch(table)),
  show: showTags(table),
  cursors: signedCursors(secretSigningKeys(env.AUTH_SECRET)),
});

export const handler = serveAll(
  [
    serving(list, v1ListMedia),
    serving(list, tokensListMedia),
    serving(list, filesListFiles),
    serving(list, baseListItems),
    serving(list, baseListAll),
    serving(numbered(dynamoAliases(table), list), adminListMedia),
  ],
  surroundingsOf(env, table),
);
