import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { adminListMedia } from '../dialects/admin/media.ts';
import { baseListAll, baseListItems } from '../dialects/base/items.ts';
import { filesListFiles } from '../dialects/files/files.ts';
import { tokensListMedia } from '../dialects/tokens/media.ts';
import { v1ListMedia } from '../dialects/v1/media.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoTags, showTags } from '../library/tag-store.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoSearch } from '../search/search-store.ts';
import { ApiWithBucketEnvironment, SigningEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { listMedia } from './list-media.ts';
import { signedCursors } from './page-cursors.ts';
import { signedRenditions } from './rendition-address.ts';
import { withAliases } from './with-aliases.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const renditionAddress = signedRenditions(env.BUCKET, SigningEnvironment.parse(process.env));

const list = listMedia({
  media: dynamoMedia(table),
  tags: dynamoTags(table),
  search: searchMedia(dynamoSearch(table)),
  show: showTags(table),
  cursors: signedCursors(secretSigningKeys(env.AUTH_SECRET)),
});

export const handler = serveAll(
  [
    bindRoute(list, v1ListMedia),
    bindRoute(list, tokensListMedia),
    bindRoute(list, filesListFiles),
    bindRoute(list, baseListItems),
    bindRoute(list, baseListAll),
    bindRoute(withAliases(dynamoAliases(table), list), adminListMedia),
  ],
  { ...apiContextOf(env, table), renditionAddress },
);
