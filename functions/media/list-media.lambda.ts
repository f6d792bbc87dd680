import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { adminListMedia } from '../dialects/admin/media.ts';
import { baseListAll, baseListItems } from '../dialects/base/items.ts';
import { filesListFiles } from '../dialects/files/files.ts';
import { tokensListMedia } from '../dialects/tokens/media.ts';
import { v1ListMedia } from '../dialects/v1/media.ts';
import { surroundingsOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoTags, showTags } from '../library/tag-store.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoSearch } from '../search/search-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
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
