import { baseGetItem } from '../api/base/items.ts';
import { filesGetFile } from '../api/files/files.ts';
import { filesPreviewFile } from '../api/files/preview.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, previewTokensOf, surroundingsOf } from '../api/surroundings.ts';
import { tokensGetMedia } from '../api/tokens/media.ts';
import { v1GetMedia } from '../api/v1/media.ts';
import { v1ListVersions } from '../api/v1/versions.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
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
