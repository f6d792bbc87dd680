import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1RestoreMedia } from '../api/v1/trash.ts';
import { v1RestoreVersion } from '../api/v1/versions.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { restoreVersion } from '../media/restore-version.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
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
    serving(withTagNames(show, restoreMedia(deps)), v1RestoreMedia),
    serving(withTagNames(show, restoreVersion(deps)), v1RestoreVersion),
  ],
  surroundingsOf(env, table),
);
