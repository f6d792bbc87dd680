import { serve } from '../api/serve.ts';
import { surroundingsOf } from '../api/surroundings.ts';
import { v1ReadEvents } from '../api/v1/realtime.ts';
import { ApiEnvironment } from '../environment.ts';
import { dynamoEventLog } from '../stores/event-log.ts';
import { dynamoRooms } from '../stores/room-store.ts';
import { openTable } from '../stores/table.ts';
import { readEvents } from './read-events.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);

export const handler = serve(
  readEvents({ log: dynamoEventLog(table), rooms: dynamoRooms(table) }),
  [v1ReadEvents],
  surroundingsOf(env, table),
);
