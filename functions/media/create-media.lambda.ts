import type { Call } from '../api/route.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateMedia } from '../api/v1/media.ts';
import { untagged } from '../domain/media.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { openTable } from '../stores/table.ts';
import { type CreateMedia, createMedia } from './create-media.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const newId = () => crypto.randomUUID();

const create = async (call: Call<CreateMedia>) =>
  untagged(await createMedia({ media: dynamoMedia(table), settings: env.SETTINGS, newId, clock })(call));

export const handler = serve(create, [v1CreateMedia], surroundingsOf(env, table));
