import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Ready } from './runtime.ts';

/** Anything that the server says. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of any shape
export type Said = any;

export interface ConnectOptions {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly protocols?: readonly string[];
}

/** A connection to the WebSocket API that sends and waits for answers; everything received is kept, in order. */
export const connectTo = async ({ ws }: Pick<Ready, 'ws'>, { headers = {}, query = '', protocols }: ConnectOptions) => {
  const socket = new WebSocket(`${ws}${query}`, [...(protocols ?? [])], { headers });
  const said: Said[] = [];
  let closed: number | undefined;
  socket.on('message', (data) => said.push(JSON.parse(String(data))));
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('error', () => {});
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let asked = 0;
  const until = async (enough: (all: readonly Said[]) => boolean, wait = 15_000): Promise<readonly Said[]> => {
    for (const deadline = Date.now() + wait; !enough(said); await pause(10)) {
      const state = closed === undefined ? 'open' : `closed with ${closed}`;
      if (Date.now() > deadline) throw new Error(`waited in vain, ${state}: ${JSON.stringify(said.slice(-20))}`);
    }
    return said;
  };
  return {
    socket,
    said,
    until,
    isClosed: () => closed !== undefined,
    closedWith: async (wait = 10_000): Promise<number> => {
      for (const deadline = Date.now() + wait; closed === undefined; await pause(10)) {
        if (Date.now() > deadline) throw new Error('the connection is still open');
      }
      return closed;
    },
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The one answer to a message. */
    ask: async (message: Record<string, unknown>): Promise<Said> => {
      asked += 1;
      const id = `q${asked}`;
      socket.send(JSON.stringify({ id, ...message }));
      await until((all) => all.some((each) => each.id === id));
      return said.find((each) => each.id === id);
    },
    events: (channel: string): readonly Said[] =>
      said.filter((each) => each.type === 'event' && each.channel === channel),
    close: () => socket.close(),
    cut: () => socket.terminate(),
  };
};

export type Connected = Awaited<ReturnType<typeof connectTo>>;
