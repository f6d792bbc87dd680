import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ConnectionFacts } from './events.ts';
import { frameLimit } from './frame-limit.ts';
import type { WebSocketLimits } from './limits.ts';

/** Why the gateway itself closed a connection, for `$disconnect`. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

export interface ConnectionHandlers {
  /** Resolves when the message has been dealt with; never rejects. */
  onMessage(message: string): Promise<void>;
  onClose(ending: Ending): void;
}

/** One open WebSocket with API Gateway's limits around it. */
export interface Connection {
  readonly facts: ConnectionFacts;
  /** False from the moment that either side began to close. */
  isOpen(): boolean;
  lastActiveAt(): number;
  /** False when the consumer has not read its waiting messages; the connection is closed then. */
  send(message: string): boolean;
  end(ending: Ending): void;
}

/** The closing handshake waits this long for the client's close frame. */
const CLOSING_MS = 1_000;

const GOING_AWAY = 'Going away';

/** Applies the limits to an accepted socket and passes its messages on, at most `limits.inFlight` at once. */
export const openConnection = (
  webSocket: WebSocket,
  socket: Socket,
  facts: ConnectionFacts,
  limits: WebSocketLimits,
  handlers: ConnectionHandlers,
): Connection => {
  const openedAt = Date.now();
  let lastActive = openedAt;
  let ending: Ending | undefined;
  let inFlight = 0;
  const waiting: string[] = [];
  const exceedsFrame = frameLimit(limits.frameBytes);

  const end = (by: Ending): void => {
    if (ending) return;
    ending = by;
    webSocket.close(by.code, by.reason);
    setTimeout(() => webSocket.terminate(), CLOSING_MS).unref();
  };

  // Before ws's own listener, so that a frame over the limit is refused before it is delivered.
  socket.prependListener('data', (chunk: Buffer) => {
    if (exceedsFrame(chunk)) end({ code: 1009, reason: 'Message too big' });
  });

  const work = async (message: string): Promise<void> => {
    inFlight += 1;
    await handlers.onMessage(message);
    inFlight -= 1;
    pump();
  };

  const pump = (): void => {
    while (inFlight < limits.inFlight && waiting.length > 0) void work(waiting.shift() ?? '');
    // With messages waiting the socket is no longer read: TCP slows this sender down, and no other.
    if (waiting.length > 0) webSocket.pause();
    else if (webSocket.isPaused) webSocket.resume();
  };

  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    if (ending) return;
    lastActive = Date.now();
    // "If a client app sends a binary frame, API Gateway rejects it and disconnects the client with code 1003."
    if (isBinary) end({ code: 1003, reason: 'Binary is not supported' });
    else {
      waiting.push(data.toString('utf8'));
      pump();
    }
  });
  webSocket.on('ping', () => {
    lastActive = Date.now();
  });
  // Protocol violations: ws closes with the right code (1002, 1007, 1009).
  webSocket.on('error', () => undefined);
  webSocket.on('close', (code, reason) => {
    clearInterval(watch);
    handlers.onClose(ending ?? { code, reason: reason.toString('utf8') });
  });

  const watch = setInterval(
    () => {
      const now = Date.now();
      if (now - lastActive >= limits.idleMs || now - openedAt >= limits.durationMs)
        end({ code: 1001, reason: GOING_AWAY });
    },
    Math.max(10, Math.min(limits.idleMs, limits.durationMs, 60_000) / 10),
  );
  watch.unref();

  return {
    facts,
    isOpen: () => ending === undefined && webSocket.readyState === WebSocket.OPEN,
    lastActiveAt: () => lastActive,
    send: (message) => {
      if (webSocket.bufferedAmount + message.length > limits.bufferedBytes) {
        ending ??= { code: 1006, reason: 'Consumer too slow' };
        webSocket.terminate();
        return false;
      }
      lastActive = Date.now();
      webSocket.send(message);
      return true;
    },
    end,
  };
};
