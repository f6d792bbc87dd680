import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1ListMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { listMedia } from './list-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(listMedia({ media: dynamoMedia(table) }), [v1ListMedia], surroundingsOf(env, table));
