import { v1GetUsage } from '../dialects/v1/usage.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { readTotals } from '../library/totals.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { getUsage } from './get-usage.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  getUsage({ totals: (teamId) => readTotals(table, teamId), settings: env.SETTINGS }),
  [v1GetUsage],
  apiContextOf(env, table),
);
