import { MediashelfError } from '../errors.ts';
import { delayBefore, pause, type RetryPolicy } from '../retry.ts';
import type { Ack, Said, Status } from './messages.ts';

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

/** `WebSocket.OPEN`, for any implementation. */
const OPEN = 1;

const lost = (): MediashelfError =>
  new MediashelfError('CONNECTION_LOST', 'The connection was lost before an answer came');

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
  const waiting = new Map<string, PromiseWithResolvers<Ack> & { onAnswer?: ((answer: Ack) => void) | undefined }>();
  let open = Promise.withResolvers<WebSocket>();
  open.promise.catch(() => undefined);
  let asked = 0;
  let failures = 0;
  let wasHeard = false;

  const forget = (reason: Error): void => {
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };

  const settle = (said: Said): void => {
    const answer = 'id' in said && said.id !== undefined ? waiting.get(String(said.id)) : undefined;
    if (!answer || said.type === 'event' || said.type === 'presence') {
      onSaid(said);
      return;
    }
    waiting.delete(String(said.id));
    if (said.type === 'error') {
      answer.reject(new MediashelfError(said.code, said.message));
    } else {
      answer.onAnswer?.(said);
      answer.resolve(said);
    }
  };

  const send = (socket: WebSocket, action: string, fields: object, onAnswer?: (answer: Ack) => void): Promise<Ack> => {
    if (socket.readyState !== OPEN) return Promise.reject(lost());
    asked += 1;
    const id = String(asked);
    const answer = Promise.withResolvers<Ack>();
    waiting.set(id, { ...answer, onAnswer });
    socket.send(JSON.stringify({ action, id, ...fields }));
    return answer.promise;
  };

  /** Resolves when the socket is closed; rejects when it never opened. */
  const live = (socket: WebSocket): Promise<void> =>
    new Promise((resolve, reject) => {
      let isOpen = false;
      let isAlive = true;
      const end = (): void => {
        clearInterval(heart);
        closing.signal.removeEventListener('abort', end);
        socket.onmessage = socket.onclose = socket.onerror = socket.onopen = null;
        socket.onerror = () => undefined;
        socket.close();
        if (isOpen) resolve();
        else
          reject(
            new MediashelfError('NETWORK', `No WebSocket can be opened at ${url}; realtimeUrl names another address`),
          );
      };
      const heart = setInterval(() => {
        if (!isAlive || !isOpen) return end();
        isAlive = false;
        send(socket, 'ping', {}).catch(() => undefined);
      }, heartbeatMs);
      closing.signal.addEventListener('abort', end, { once: true });
      socket.onmessage = ({ data }: MessageEvent) => {
        isAlive = true;
        // A message proves that the connection works; after a mere handshake it may be lost again at once.
        failures = 0;
        wasHeard = true;
        settle(JSON.parse(String(data)) as Said);
      };
      socket.onclose = end;
      socket.onerror = end;
      socket.onopen = () => {
        isOpen = true;
        isAlive = true;
        open.resolve(socket);
        onStatus('open');
        onOpen();
      };
    });

  const run = async (): Promise<void> => {
    for (;;) {
      onStatus('connecting');
      let reason: unknown = new MediashelfError('NETWORK', `Connections to ${url} are cut as soon as they are open`);
      try {
        await live(newSocket(await address(closing.signal)));
        // It was open; a caller that waits for the first connection continues to wait.
        open = Promise.withResolvers<WebSocket>();
        open.promise.catch(() => undefined);
      } catch (error) {
        closing.signal.throwIfAborted();
        if (isFinal(error)) throw error;
        reason = error;
      }
      closing.signal.throwIfAborted();
      failures += 1;
      if (!wasHeard && failures >= policy.attempts) throw reason;
      forget(lost());
      await pause(delayBefore(failures, policy), closing.signal);
    }
  };

  run().catch((error: unknown) => {
    const reason = closing.signal.aborted ? lost() : (error as Error);
    open.promise.catch(() => undefined);
    open.reject(reason);
    open = Promise.withResolvers<WebSocket>();
    open.promise.catch(() => undefined);
    open.reject(reason);
    forget(reason);
    onStatus('closed', closing.signal.aborted ? undefined : reason);
  });

  return {
    ask: async (action, fields = {}, onAnswer) => send(await open.promise, action, fields, onAnswer),
    close: () => closing.abort(),
  };
};
