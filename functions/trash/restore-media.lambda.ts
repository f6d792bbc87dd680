import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1RestoreMedia } from '../api/v1/trash.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { restoreMedia } from './restore-media.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  withTagNames(
    showTags(table),
    restoreMedia({ media: dynamoMedia(table), files: s3Files(env.BUCKET), settings: env.SETTINGS, clock }),
  ),
  [v1RestoreMedia],
  surroundingsOf(env, table),
);
