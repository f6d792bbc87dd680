import { v1RestoreMedia } from '../dialects/v1/trash.ts';
import { v1RestoreVersion } from '../dialects/v1/versions.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { showTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { restoreVersion } from '../media/restore-version.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { restoreMedia } from './restore-media.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const show = showTags(table);
const deps = {
  media: dynamoMedia(table),
  versions: dynamoVersions(table),
  files: s3Files(env.BUCKET),
  settings: env.SETTINGS,
  clock,
};

export const handler = serveAll(
  [
    bindRoute(withTagNames(show, restoreMedia(deps)), v1RestoreMedia),
    bindRoute(withTagNames(show, restoreVersion(deps)), v1RestoreVersion),
  ],
  apiContextOf(env, table),
);
