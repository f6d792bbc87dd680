import { adminDeleteMedia } from '../api/admin/media.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1PurgeMedia } from '../api/v1/trash.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { byAlias } from '../media/by-alias.ts';
import { dynamoAliases } from '../stores/alias-store.ts';
import { dynamoDue } from '../stores/due-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoObjects } from '../stores/object-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { deleteForGood } from './delete-for-good.ts';
import { purgeMedia } from './purge-media.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const deps = {
  media: dynamoMedia(table),
  due: dynamoDue(table),
  versions: dynamoVersions(table),
  objects: dynamoObjects(table),
  files: s3Files(env.BUCKET),
  clock,
};

export const handler = serveAll(
  [
    serving(purgeMedia(deps), v1PurgeMedia),
    serving(byAlias(dynamoAliases(table), deleteForGood(deps)), adminDeleteMedia),
  ],
  surroundingsOf(env, table),
);
