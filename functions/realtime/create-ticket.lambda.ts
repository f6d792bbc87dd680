import { dynamoAccounts } from '../accounts/account-store.ts';
import { v1CreateTicket } from '../dialects/v1/realtime.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { createTicket } from './create-ticket.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  createTicket({ accounts: dynamoAccounts(table), clock }),
  [v1CreateTicket],
  apiContextOf(env, table),
);
