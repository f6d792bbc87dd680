import { adminDeleteMedia } from '../dialects/admin/media.ts';
import { v1PurgeMedia } from '../dialects/v1/trash.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { resolveAlias } from '../media/resolve-alias.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { deleteForGood } from './delete-for-good.ts';
import { dynamoDue } from './due-store.ts';
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
    bindRoute(purgeMedia(deps), v1PurgeMedia),
    bindRoute(resolveAlias(dynamoAliases(table), deleteForGood(deps)), adminDeleteMedia),
  ],
  apiContextOf(env, table),
);
