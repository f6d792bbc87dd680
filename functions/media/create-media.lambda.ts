import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { createMedia } from './create-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const newId = () => crypto.randomUUID();

export const handler = serve(
  createMedia({ media: dynamoMedia(table), settings: env.SETTINGS, newId, clock }),
  [v1CreateMedia],
  surroundingsOf(env, table),
);
