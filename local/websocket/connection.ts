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

/** Handles messages, at most `limit` at once; with more waiting, the socket is not read: TCP slows its sender down, and no other. */
const handleInTurn = (webSocket: WebSocket, limit: number, handle: (message: string) => Promise<void>) => {
  const waiting: string[] = [];
  let inFlight = 0;
  const work = async (message: string): Promise<void> => {
    inFlight += 1;
    await handle(message);
    inFlight -= 1;
    pump();
  };
  const pump = (): void => {
    while (inFlight < limit && waiting.length > 0) void work(waiting.shift() ?? '');
    if (waiting.length > 0) webSocket.pause();
    else if (webSocket.isPaused) webSocket.resume();
  };
  return (message: string): void => {
    waiting.push(message);
    pump();
  };
};

/** Checks often enough whether the connection was idle or open for too long. */
const watchTimes = ({ idleMs, durationMs }: WebSocketLimits, lastActiveAt: () => number, onOver: () => void) => {
  const openedAt = Date.now();
  const check = (): void => {
    const now = Date.now();
    if (now - lastActiveAt() >= idleMs || now - openedAt >= durationMs) onOver();
  };
  return setInterval(check, Math.max(10, Math.min(idleMs, durationMs, 60_000) / 10)).unref();
};

/** Applies the limits to an accepted socket and passes its messages on, at most `limits.inFlight` at once. */
export const openConnection = (
  webSocket: WebSocket,
  socket: Socket,
  facts: ConnectionFacts,
  limits: WebSocketLimits,
  handlers: ConnectionHandlers,
): Connection => {
  let lastActive = Date.now();
  let ending: Ending | undefined;
  const exceedsFrame = frameLimit(limits.frameBytes);

  const end = (by: Ending): void => {
    if (ending) return;
    ending = by;
    webSocket.close(by.code, by.reason);
    setTimeout(() => webSocket.terminate(), CLOSING_MS).unref();
  };
  const handle = handleInTurn(webSocket, limits.inFlight, handlers.onMessage);
  const watch = watchTimes(
    limits,
    () => lastActive,
    () => end({ code: 1001, reason: GOING_AWAY }),
  );

  // Before ws's own listener, so that a frame over the limit is refused before it is delivered.
  socket.prependListener('data', (chunk: Buffer) => {
    if (exceedsFrame(chunk)) end({ code: 1009, reason: 'Message too big' });
  });
  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    if (ending) return;
    lastActive = Date.now();
    // "If a client app sends a binary frame, API Gateway rejects it and disconnects the client with code 1003."
    if (isBinary) end({ code: 1003, reason: 'Binary is not supported' });
    else handle(data.toString('utf8'));
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
