import { v1CreateMedia } from '../dialects/v1/media.ts';
import type { Call } from '../domain/call.ts';
import { untagged } from '../domain/media.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { type CreateMedia, createMedia } from './create-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const newId = () => crypto.randomUUID();

const create = async (call: Call<CreateMedia>) =>
  untagged(await createMedia({ media: dynamoMedia(table), settings: env.SETTINGS, newId, clock })(call));

export const handler = serve(create, [v1CreateMedia], apiContextOf(env, table));
