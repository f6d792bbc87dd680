import { baseDeleteItem } from '../api/base/items.ts';
import { filesBulkDelete, filesDeleteFile } from '../api/files/files.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { tokensDeleteMedia } from '../api/tokens/media.ts';
import { v1DeleteMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { bulkDelete } from './bulk-delete.ts';
import { deleteMedia } from './delete-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const deps = { media: dynamoMedia(table), settings: env.SETTINGS, clock };
const remove = deleteMedia(deps);

export const handler = serveAll(
  [
    serving(remove, v1DeleteMedia),
    serving(remove, tokensDeleteMedia),
    serving(remove, filesDeleteFile),
    serving(remove, baseDeleteItem),
    serving(bulkDelete(deps), filesBulkDelete),
  ],
  surroundingsOf(env, table),
);
