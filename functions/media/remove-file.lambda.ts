import { baseRemoveFile } from '../api/base/items.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { removeFile } from './remove-file.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  withTagNames(
    showTags(table),
    removeFile({ media: dynamoMedia(table), versions: dynamoVersions(table), files: s3Files(env.BUCKET), clock }),
  ),
  [baseRemoveFile],
  surroundingsOf(env, table),
);
