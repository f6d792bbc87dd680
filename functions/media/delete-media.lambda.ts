import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { tokensDeleteMedia } from '../api/tokens/media.ts';
import { v1DeleteMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { deleteMedia } from './delete-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  deleteMedia({ media: dynamoMedia(table), settings: env.SETTINGS, clock }),
  [v1DeleteMedia, tokensDeleteMedia],
  surroundingsOf(env, table),
);
