import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { TableEnvironment } from '../environment.ts';
import { dynamoConnections } from '../stores/connection-store.ts';
import { openTable } from '../stores/table.ts';

const env = TableEnvironment.parse(process.env);
const connections = dynamoConnections(openTable(env.TABLE));

export const handler = async (event: APIGatewayProxyWebsocketEventV2) => {
  await connections.forget(event.requestContext.connectionId);
  return { statusCode: 200 };
};
