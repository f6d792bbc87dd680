import { adminDeleteMedia } from '../dialects/admin/media.ts';
import { v1PurgeMedia } from '../dialects/v1/trash.ts';
import { clock, surroundingsOf } from '../entries/surroundings.ts';
import { s3Files } from '../files/file-store.ts';
import { serveAll, serving } from '../http/serve.ts';
import { dynamoAliases } from '../library/alias-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { byAlias } from '../media/by-alias.ts';
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
    serving(purgeMedia(deps), v1PurgeMedia),
    serving(byAlias(dynamoAliases(table), deleteForGood(deps)), adminDeleteMedia),
  ],
  surroundingsOf(env, table),
);
