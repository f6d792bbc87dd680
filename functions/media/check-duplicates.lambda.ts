import { v1CheckDuplicates } from '../dialects/v1/duplicates.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { findByNameAndSize } from '../library/duplicates.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { checkDuplicates } from './check-duplicates.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  checkDuplicates({ findByNameAndSize: findByNameAndSize(table) }),
  [v1CheckDuplicates],
  apiContextOf(env, table),
);
