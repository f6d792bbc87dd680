import { dynamoAccounts } from '../accounts/account-store.ts';
import { expectStill } from '../accounts/find-holder.ts';
import { v1ReadEvents } from '../dialects/v1/realtime.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { serve } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { dynamoEventLog } from './event-log.ts';
import { readEvents } from './read-events.ts';
import { dynamoRooms } from './room-store.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const api = apiContextOf(env, table);

export const handler = serve(
  readEvents({
    log: dynamoEventLog(table),
    rooms: dynamoRooms(table),
    stillMay: (principal) => expectStill(principal, 'media:read', { accounts: dynamoAccounts(table), clock }),
    claims: dynamoClaims(table, clock),
    limit: api.limit,
    newId: () => crypto.randomUUID(),
  }),
  [v1ReadEvents],
  api,
);
