import { baseDeleteItem } from '../api/base/items.ts';
import { filesBulkDelete, filesDeleteFile } from '../api/files/files.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { tokensDeleteMedia } from '../api/tokens/media.ts';
import { v1DeleteMedia } from '../api/v1/media.ts';
import { ApiWithBucketEnvironment } from '../environment.ts';
import { dynamoDue } from '../stores/due-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoObjects } from '../stores/object-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { deleteForCaller } from '../trash/delete-for-caller.ts';
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
    serving(remove, v1DeleteMedia),
    serving(remove, tokensDeleteMedia),
    serving(remove, filesDeleteFile),
    serving(remove, baseDeleteItem),
    serving(bulkDelete(remove), filesBulkDelete),
  ],
  surroundingsOf(env, table),
);
