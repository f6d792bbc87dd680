import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { logFault } from '../api/log.ts';
import { rateLimiter } from '../api/rate-limit.ts';
import { clock } from '../api/surroundings.ts';
import { MessageEnvironment } from '../environment.ts';
import { dynamoRateCounter } from '../stores/rate-counter.ts';
import { dynamoRooms } from '../stores/room-store.ts';
import { openTable } from '../stores/table.ts';
import { fanOutBy } from './invoke.ts';
import { answerMessage } from './message.ts';
import { MESSAGES_A_MINUTE } from './protocol.ts';
import { sendingOver } from './sending.ts';

const env = MessageEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const counter = dynamoRateCounter(table);
const ofConnection = { perMinute: MESSAGES_A_MINUTE, anonymousPerMinute: MESSAGES_A_MINUTE };
const { rateLimits, realtime } = env.SETTINGS;
const ofSender = { perMinute: realtime.messagesPerMinute, anonymousPerMinute: rateLimits.anonymousPerMinute };
const answer = answerMessage(
  {
    ...sendingOver(table, env.MANAGEMENT_URL),
    ...fanOutBy(env.FAN_OUT),
    rooms: dynamoRooms(table),
    accounts: dynamoAccounts(table),
    limits: {
      ofConnection: rateLimiter(ofConnection, counter, clock),
      ofSender: rateLimiter(ofSender, counter, clock),
    },
  },
  logFault,
);

export const handler = async ({ requestContext, body }: APIGatewayProxyWebsocketEventV2) => {
  const { connectionId, messageId } = requestContext;
  await answer({ connectionId, messageId, body: body ?? '' });
  return { statusCode: 200 };
};
