import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** Whoever does not take a message for this long is a slow consumer, and is dropped. */
const SEND_MILLISECONDS = 3_000;
const ATTEMPTS = 2;
const SOCKETS = 128;

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'GoneException';

/** The way to connections: `send` answers false when one is gone (410), and throws when it does not take the message in time. */
export interface Sender {
  send(connectionId: string, message: unknown): Promise<boolean>;
  /** Closes a connection; nothing happens when it is gone. */
  close(connectionId: string): Promise<void>;
}

export const senderTo = (managementUrl: string, patience = SEND_MILLISECONDS): Sender => {
  const client = new ApiGatewayManagementApiClient({
    endpoint: managementUrl,
    maxAttempts: ATTEMPTS,
    requestHandler: { httpAgent: { maxSockets: SOCKETS }, httpsAgent: { maxSockets: SOCKETS } },
  });
  const inTime = () => ({ abortSignal: AbortSignal.timeout(patience) });
  return {
    send: async (ConnectionId, message) => {
      const Data = typeof message === 'string' ? message : JSON.stringify(message);
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId, Data }), inTime());
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    close: async (ConnectionId) => {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId }), inTime());
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
};
