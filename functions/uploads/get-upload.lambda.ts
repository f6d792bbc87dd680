import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1GetUpload } from '../api/v1/uploads.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { getUpload } from './get-upload.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(getUpload({ uploads: dynamoUploads(table) }), [v1GetUpload], surroundingsOf(env, table));
