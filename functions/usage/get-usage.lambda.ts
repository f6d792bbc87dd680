import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1GetUsage } from '../api/v1/usage.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { readTotals } from '../stores/totals.ts';
import { getUsage } from './get-usage.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  getUsage({ totals: (teamId) => readTotals(table, teamId), settings: env.SETTINGS }),
  [v1GetUsage],
  surroundingsOf(env, table),
);
