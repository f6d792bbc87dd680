import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1UpdateMedia } from '../api/v1/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { retag } from '../stores/retag.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags, showTags } from '../stores/tag-store.ts';
import { nameTags } from '../tags/name-tags.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { updateMedia } from './update-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  withTagNames(
    showTags(table),
    updateMedia({
      media: dynamoMedia(table),
      nameTags: nameTags({ tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock }),
      retag: retag(table),
      clock,
    }),
  ),
  [v1UpdateMedia],
  surroundingsOf(env, table),
);
