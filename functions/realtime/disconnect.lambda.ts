import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { sendingOver } from '../entries/sending.ts';
import { FanOutEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';

const env = FanOutEnvironment.parse(process.env);
const { connections, onForgotten } = sendingOver(openTable(env.TABLE), env.MANAGEMENT_URL);

export const handler = async (event: APIGatewayProxyWebsocketEventV2) => {
  await onForgotten(await connections.forget(event.requestContext.connectionId));
  return { statusCode: 200 };
};
