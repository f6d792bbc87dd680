import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';

/** Sends JSON to a connection; false when it is gone (410). */
export const sendTo = (managementUrl: string) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: managementUrl });
  return async (connectionId: string, message: unknown): Promise<boolean> => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'GoneException') return false;
      throw error;
    }
  };
};
