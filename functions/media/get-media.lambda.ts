import { baseGetItem } from '../dialects/base/items.ts';
import { filesGetFile } from '../dialects/files/files.ts';
import { filesPreviewFile } from '../dialects/files/preview.ts';
import { tokensGetMedia } from '../dialects/tokens/media.ts';
import { v1GetMedia } from '../dialects/v1/media.ts';
import { v1ListVersions } from '../dialects/v1/versions.ts';
import { clock, previewTokensOf, surroundingsOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { showTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { getMedia } from './get-media.ts';
import { listVersions } from './list-versions.ts';
import { previewMedia } from './preview-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const media = dynamoMedia(table);
const get = withTagNames(showTags(table), getMedia({ media }));

export const handler = serveAll(
  [
    serving(get, v1GetMedia),
    serving(listVersions({ media, versions: dynamoVersions(table), clock }), v1ListVersions),
    serving(get, tokensGetMedia),
    serving(get, filesGetFile),
    serving(get, baseGetItem),
    serving(previewMedia({ media, sign: previewTokensOf(env).sign }), filesPreviewFile),
  ],
  surroundingsOf(env, table),
);
