import { dynamoAccounts } from '../accounts/account-store.ts';
import { expectStill } from '../accounts/find-holder.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1ReadEvents } from '../api/v1/realtime.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoClaims } from '../stores/claim-store.ts';
import { dynamoEventLog } from '../stores/event-log.ts';
import { dynamoRooms } from '../stores/room-store.ts';
import { openTable } from '../stores/table.ts';
import { readEvents } from './read-events.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

const surroundings = surroundingsOf(env, table);

export const handler = serve(
  readEvents({
    log: dynamoEventLog(table),
    rooms: dynamoRooms(table),
    stillMay: (principal) => expectStill(principal, 'media:read', { accounts: dynamoAccounts(table), clock }),
    claims: dynamoClaims(table, clock),
    limit: surroundings.limit,
    newId: () => crypto.randomUUID(),
  }),
  [v1ReadEvents],
  surroundings,
);
