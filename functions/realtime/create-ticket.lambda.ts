import { dynamoAccounts } from '../accounts/account-store.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1CreateTicket } from '../api/v1/realtime.ts';
import { ApiEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { createTicket } from './create-ticket.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  createTicket({ accounts: dynamoAccounts(table), clock }),
  [v1CreateTicket],
  surroundingsOf(env, table),
);
