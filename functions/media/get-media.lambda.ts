import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { tokensGetMedia } from '../api/tokens/media.ts';
import { v1GetMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { getMedia } from './get-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  withTagNames(showTags(table), getMedia({ media: dynamoMedia(table) })),
  [v1GetMedia, tokensGetMedia],
  surroundingsOf(env, table),
);
