import { baseDeleteItem } from '../dialects/base/items.ts';
import { filesBulkDelete, filesDeleteFile } from '../dialects/files/files.ts';
import { tokensDeleteMedia } from '../dialects/tokens/media.ts';
import { v1DeleteMedia } from '../dialects/v1/media.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { deleteForCaller } from '../lifecycle/delete-for-caller.ts';
import { dynamoDue } from '../lifecycle/due-store.ts';
import { ApiWithBucketEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { bulkDelete } from './bulk-delete.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const remove = deleteForCaller({
  media: dynamoMedia(table),
  due: dynamoDue(table),
  versions: dynamoVersions(table),
  objects: dynamoObjects(table),
  files: s3Files(env.BUCKET),
  settings: env.SETTINGS,
  clock,
});

export const handler = serveAll(
  [
    bindRoute(remove, v1DeleteMedia),
    bindRoute(remove, tokensDeleteMedia),
    bindRoute(remove, filesDeleteFile),
    bindRoute(remove, baseDeleteItem),
    bindRoute(bulkDelete(remove), filesBulkDelete),
  ],
  apiContextOf(env, table),
);
