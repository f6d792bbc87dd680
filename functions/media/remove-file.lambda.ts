import { baseRemoveFile } from '../dialects/base/items.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { serve } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { showTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
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
  apiContextOf(env, table),
);
