import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { clock } from '../entries/api-context.ts';
import { sendingOver } from '../entries/sending.ts';
import { dynamoRateCounter } from '../http/rate-counter.ts';
import { rateLimiter } from '../http/rate-limit.ts';
import { MessageEnvironment } from '../shared/environment.ts';
import { logFault } from '../shared/log.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { dynamoBegunChannels } from './begun-channels.ts';
import { fanOutBy } from './invoke.ts';
import { answerMessage } from './message.ts';
import { MESSAGES_A_MINUTE } from './protocol.ts';
import { dynamoRooms } from './room-store.ts';

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
    claims: dynamoClaims(table, clock),
    begunChannels: dynamoBegunChannels(table, clock),
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
