import { v1ListTrash } from '../dialects/v1/trash.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { showTags } from '../library/tag-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { listTrash } from './list-trash.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  listTrash({ media: dynamoMedia(table), show: showTags(table) }),
  [v1ListTrash],
  apiContextOf(env, table),
);
