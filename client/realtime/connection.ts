import { MediashelfError } from '../errors.ts';
import { delayBefore, pause, type RetryPolicy } from '../retry.ts';
import { liveSocket } from './live-socket.ts';
import type { Ack, Said, Status } from './messages.ts';
import { renewable } from './renewable.ts';
import { createRequests, lost } from './requests.ts';

export interface ConnectionOptions {
  /** The address of the connections; named in errors. */
  readonly url: string;
  /** An address that opens one connection, with a fresh ticket in it. */
  readonly address: (signal: AbortSignal) => Promise<string>;
  readonly newSocket: (address: string) => WebSocket;
  readonly policy: RetryPolicy;
  readonly heartbeatMs: number;
  /** Called for every message that is not an answer. */
  readonly onSaid: (said: Said) => void;
  /** A connection is open, without the state of the one before. */
  readonly onOpen: () => void;
  readonly onStatus: (status: Status, error?: Error) => void;
}

export interface Connection {
  /**
   * Sends a message once there is a connection, and resolves with its answer. Rejects when the connection is lost meanwhile.
   * `onAnswer` is called before the next message is handled; a promise may resolve after it.
   */
  ask(action: string, fields?: object, onAnswer?: (answer: Ack) => void): Promise<Ack>;
  close(): void;
}

/** Whether a later attempt would be refused as well: the refusal is permanent. */
const isFinal = (error: unknown): boolean => {
  const status = error instanceof MediashelfError ? (error.status ?? 0) : 0;
  return status >= 400 && status < 500 && ![408, 409, 429].includes(status);
};

/**
 * Keeps one connection open: opens it again whenever it is lost, each time after a longer delay, and detects a dead one by a
 * ping. If none was ever open, it gives up after as many tries as the policy allows.
 */
export const openConnection = (options: ConnectionOptions): Connection => {
  const { url, address, newSocket, policy, heartbeatMs, onSaid, onOpen, onStatus } = options;
  const closing = new AbortController();
  const requests = createRequests();
  const open = renewable<WebSocket>();
  let failures = 0;
  let wasHeard = false;

  const live = (socket: WebSocket): Promise<void> =>
    liveSocket(socket, {
      url,
      heartbeatMs,
      closing: closing.signal,
      ping: () => void requests.send(socket, 'ping', {}).catch(() => undefined),
      onOpen: () => {
        open.resolve(socket);
        onStatus('open');
        onOpen();
      },
      onSaid: (said) => {
        // A message proves that the connection works; after a mere handshake it may be lost again at once.
        failures = 0;
        wasHeard = true;
        if (!requests.settle(said)) onSaid(said);
      },
    });

  const run = async (): Promise<void> => {
    for (;;) {
      onStatus('connecting');
      let reason: unknown = new MediashelfError('NETWORK', `Connections to ${url} are cut as soon as they are open`);
      try {
        await live(newSocket(await address(closing.signal)));
        // It was open; a caller that waits for the first connection continues to wait.
        open.renew();
      } catch (error) {
        closing.signal.throwIfAborted();
        if (isFinal(error)) throw error;
        reason = error;
      }
      closing.signal.throwIfAborted();
      failures += 1;
      if (!wasHeard && failures >= policy.attempts) throw reason;
      requests.forget(lost());
      await pause(delayBefore(failures, policy), closing.signal);
    }
  };

  run().catch((error: unknown) => {
    const reason = closing.signal.aborted ? lost() : (error as Error);
    open.reject(reason);
    open.renew();
    open.reject(reason);
    requests.forget(reason);
    onStatus('closed', closing.signal.aborted ? undefined : reason);
  });

  return {
    ask: async (action, fields = {}, onAnswer) => requests.send(await open.promise(), action, fields, onAnswer),
    close: () => closing.abort(),
  };
};
