import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** A connection that does not take a message for this long is a slow consumer, and is dropped. */
const SEND_MILLISECONDS = 3_000;
const TICK_MILLISECONDS = 100;
const ATTEMPTS = 2;
const SOCKETS = 128;

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'GoneException';

/**
 * The client of connections: `send` answers false when one is gone (410), and throws when it does not accept the message in
 * time.
 */
export interface Sender {
  send(connectionId: string, message: unknown): Promise<boolean>;
  /** Closes a connection; nothing happens when it is gone. */
  close(connectionId: string): Promise<void>;
}

/** A client of connections that can also check whether one is open. */
export interface LookingSender extends Sender {
  /** Whether a connection is open. One whose handshake is not finished is not. */
  isOpen(connectionId: string): Promise<boolean>;
}

/**
 * Aborts a send that takes too long. Counted in ticks and not by the clock: while this function itself is blocked no tick
 * comes, so its own busy moment does not close all connections that it was sending to.
 */
const withPatience = async <T>(milliseconds: number, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
  const impatience = new AbortController();
  let left = milliseconds / TICK_MILLISECONDS;
  const ticks = setInterval(() => {
    left -= 1;
    if (left <= 0) impatience.abort();
  }, TICK_MILLISECONDS);
  try {
    return await work(impatience.signal);
  } finally {
    clearInterval(ticks);
  }
};

export const senderTo = (managementUrl: string, patience = SEND_MILLISECONDS): LookingSender => {
  const client = new ApiGatewayManagementApiClient({
    endpoint: managementUrl,
    maxAttempts: ATTEMPTS,
    requestHandler: { httpAgent: { maxSockets: SOCKETS }, httpsAgent: { maxSockets: SOCKETS } },
  });
  return {
    send: async (ConnectionId, message) => {
      const Data = typeof message === 'string' ? message : JSON.stringify(message);
      try {
        const post = new PostToConnectionCommand({ ConnectionId, Data });
        await withPatience(patience, (abortSignal) => client.send(post, { abortSignal }));
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    isOpen: async (ConnectionId) => {
      try {
        const look = new GetConnectionCommand({ ConnectionId });
        await withPatience(patience, (abortSignal) => client.send(look, { abortSignal }));
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    close: async (ConnectionId) => {
      try {
        const end = new DeleteConnectionCommand({ ConnectionId });
        await withPatience(patience, (abortSignal) => client.send(end, { abortSignal }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
};
