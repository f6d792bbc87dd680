import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { adminListMedia } from '../dialects/admin/media.ts';
import { baseListAll, baseListItems } from '../dialects/base/items.ts';
import { filesListFiles } from '../dialects/files/files.ts';
import { tokensListMedia } from '../dialects/tokens/media.ts';
import { v1ListMedia } from '../dialects/v1/media.ts';
import { v1OpenRenditions } from '../dialects/v1/renditions.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { edgeSignerOf } from '../entries/edge-signer.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoTags, showTags } from '../library/tag-store.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoSearch } from '../search/search-store.ts';
import { ListMediaEnvironment, SigningEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { listMedia } from './list-media.ts';
import { openRenditions } from './open-renditions.ts';
import { signedCursors } from './page-cursors.ts';
import { edgeRenditions, signedRenditions } from './rendition-address.ts';
import { withAliases } from './with-aliases.ts';

const env = ListMediaEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const signer = await edgeSignerOf(env);
const renditionAddress = signer
  ? edgeRenditions(signer)
  : signedRenditions(env.BUCKET, SigningEnvironment.parse(process.env));

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
    bindRoute(openRenditions({ signer, clock }), v1OpenRenditions),
    bindRoute(withAliases(dynamoAliases(table), list), adminListMedia),
  ],
  { ...apiContextOf(env, table), renditionAddress },
);
