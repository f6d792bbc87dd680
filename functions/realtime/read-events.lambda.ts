import { dynamoAccounts } from '../accounts/account-store.ts';
import { expectStill } from '../accounts/find-holder.ts';
import { serve } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { v1ReadEvents } from '../api/v1/realtime.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoEventLog } from '../stores/event-log.ts';
import { dynamoRooms } from '../stores/room-store.ts';
import { openTable } from '../stores/table.ts';
import { readEvents } from './read-events.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  readEvents({
    log: dynamoEventLog(table),
    rooms: dynamoRooms(table),
    stillMay: (principal) => expectStill(principal, 'media:read', { accounts: dynamoAccounts(table), clock }),
  }),
  [v1ReadEvents],
  surroundingsOf(env, table),
);
