import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { MessageEnvironment } from '../environment.ts';
import { dynamoConnections } from '../stores/connection-store.ts';
import { openTable } from '../stores/table.ts';
import { answerMessage } from './message.ts';
import { sendTo } from './send.ts';

const env = MessageEnvironment.parse(process.env);
const answer = answerMessage({ connections: dynamoConnections(openTable(env.TABLE)) });
const send = sendTo(env.MANAGEMENT_URL);

export const handler = async ({ requestContext, body }: APIGatewayProxyWebsocketEventV2) => {
  await send(requestContext.connectionId, await answer(requestContext.connectionId, body ?? ''));
  return { statusCode: 200 };
};
