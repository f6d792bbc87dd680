import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1ListTrash } from '../api/v1/trash.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { listTrash } from './list-trash.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  listTrash({ media: dynamoMedia(table), show: showTags(table) }),
  [v1ListTrash],
  surroundingsOf(env, table),
);
