import { v1CreateTag, v1DeleteTag, v1ListTags, v1UpdateTag } from '../dialects/v1/tags.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { createToldTag } from './create-tag.ts';
import { deleteTag } from './delete-tag.ts';
import { listTags } from './list-tags.ts';
import { updateTag } from './update-tag.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { tags: dynamoTags(table), newId: () => crypto.randomUUID(), clock };

export const handler = serveAll(
  [
    bindRoute(listTags(deps), v1ListTags),
    bindRoute(createToldTag(deps), v1CreateTag),
    bindRoute(updateTag(deps), v1UpdateTag),
    bindRoute(deleteTag(deps), v1DeleteTag),
  ],
  apiContextOf(env, table),
);
