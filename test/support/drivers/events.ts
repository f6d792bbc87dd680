import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Ready } from './runtime.ts';

export interface ReceivedEvent {
  readonly type: string;
  readonly channel: string;
  readonly seq: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any shape
  readonly data: any;
}

/** A WebSocket client that collects what it receives. */
export const listen = async (
  ready: Pick<Ready, 'ws' | 'apiKey'>,
  headers: Record<string, string> = { authorization: `Bearer ${ready.apiKey}` },
) => {
  const socket = new WebSocket(ready.ws, { headers });
  const received: ReceivedEvent[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const until = async (enough: (events: readonly ReceivedEvent[]) => boolean, wait = 15_000) => {
    for (const deadline = Date.now() + wait; !enough(received); await pause(20)) {
      if (Date.now() > deadline)
        throw new Error(`waited in vain, received ${JSON.stringify(received.map(({ event, seq }) => [event, seq]))}`);
    }
    return received;
  };
  return { socket, received, until, close: () => socket.close() };
};
