import { baseGetItem } from '../dialects/base/items.ts';
import { filesGetFile } from '../dialects/files/files.ts';
import { filesPreviewFile } from '../dialects/files/preview.ts';
import { tokensGetMedia } from '../dialects/tokens/media.ts';
import { v1GetMedia } from '../dialects/v1/media.ts';
import { v1ListVersions } from '../dialects/v1/versions.ts';
import { apiContextOf, clock, previewTokensOf } from '../entries/api-context.ts';
import { edgeSignerOf } from '../entries/edge-signer.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { showTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { GetMediaEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { getMedia } from './get-media.ts';
import { listVersions } from './list-versions.ts';
import { previewMedia } from './preview-media.ts';
import { edgeRenditions } from './rendition-address.ts';

const env = GetMediaEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const signer = await edgeSignerOf(env);
const media = dynamoMedia(table);
const get = withTagNames(showTags(table), getMedia({ media }));

export const handler = serveAll(
  [
    bindRoute(get, v1GetMedia),
    bindRoute(listVersions({ media, versions: dynamoVersions(table), clock }), v1ListVersions),
    bindRoute(get, tokensGetMedia),
    bindRoute(get, filesGetFile),
    bindRoute(get, baseGetItem),
    bindRoute(previewMedia({ media, sign: previewTokensOf(env).sign }), filesPreviewFile),
  ],
  { ...apiContextOf(env, table), ...(signer ? { renditionAddress: edgeRenditions(signer) } : {}) },
);
