import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1CheckDuplicates } from '../api/v1/duplicates.ts';
import { ApiEnvironment } from '../environment.ts';
import { findByNameAndSize } from '../stores/duplicates.ts';
import { openTable } from '../stores/table.ts';
import { checkDuplicates } from './check-duplicates.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  checkDuplicates({ findByNameAndSize: findByNameAndSize(table) }),
  [v1CheckDuplicates],
  surroundingsOf(env, table),
);
