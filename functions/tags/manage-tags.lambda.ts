import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateTag, v1DeleteTag, v1ListTags, v1UpdateTag } from '../api/v1/tags.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags } from '../stores/tag-store.ts';
import { createTag } from './create-tag.ts';
import { deleteTag } from './delete-tag.ts';
import { listTags } from './list-tags.ts';
import { updateTag } from './update-tag.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock };

export const handler = serveAll(
  [
    serving(listTags(deps), v1ListTags),
    serving(createTag(deps), v1CreateTag),
    serving(updateTag(deps), v1UpdateTag),
    serving(deleteTag(deps), v1DeleteTag),
  ],
  surroundingsOf(env, table),
);
