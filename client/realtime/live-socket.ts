import { MediashelfError } from '../errors.ts';
import type { Said } from './messages.ts';

export interface SocketHandlers {
  /** The address of the connections; named in errors. */
  readonly url: string;
  /** How often the socket is checked. */
  readonly heartbeatMs: number;
  /** Ends the socket. */
  readonly closing: AbortSignal;
  /** Sends something that the server answers. */
  readonly ping: () => void;
  readonly onOpen: () => void;
  readonly onSaid: (said: Said) => void;
}

/**
 * Resolves when the socket is closed, by the server or because nothing came between two pings; rejects when it never
 * opened.
 */
export const liveSocket = (
  socket: WebSocket,
  { url, heartbeatMs, closing, ping, onOpen, onSaid }: SocketHandlers,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let isOpen = false;
    let isAlive = true;
    const end = (): void => {
      clearInterval(heart);
      closing.removeEventListener('abort', end);
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
      ping();
    }, heartbeatMs);
    closing.addEventListener('abort', end, { once: true });
    socket.onmessage = ({ data }: MessageEvent) => {
      isAlive = true;
      onSaid(JSON.parse(String(data)) as Said);
    };
    socket.onclose = end;
    socket.onerror = end;
    socket.onopen = () => {
      isOpen = true;
      isAlive = true;
      onOpen();
    };
  });
