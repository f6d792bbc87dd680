import { WebSocket } from 'ws';
import type { Said } from './realtime-client.ts';

/**
 * A client that keeps a channel complete across connections, as `docs/realtime.md` advises: it resumes from the last event that
 * it has on each connection. It takes events after the answer as they come, and counts those that are not the next one.
 */
export const follower = (ws: string, headers: Record<string, string>, channel: string) => {
  const taken: Said[] = [];
  const strays: number[] = [];
  let gaps = 0;
  let connections = 0;
  let stopped = false;
  let socket: WebSocket;

  const connect = (): void => {
    connections += 1;
    let resumed = false;
    const mine = new WebSocket(ws, { headers });
    socket = mine;
    const since = () => taken.at(-1)?.seq ?? 0;
    const ask = () => {
      if (mine.readyState === mine.OPEN)
        mine.send(JSON.stringify({ action: 'resume', id: 'back', channel, since: since() }));
    };
    mine.on('open', ask);
    mine.on('message', (text) => {
      // Events that were on the way when the connection was lost came too late.
      if (mine !== socket || stopped) return;
      const said: Said = JSON.parse(String(text));
      if (said.id === 'back') {
        // A person resumes few channels at a time; a refusal changes nothing.
        if (said.code === 'RATE_LIMITED') return void setTimeout(ask, Math.random() * 300).unref();
        resumed = true;
        if (said.type !== 'ack') mine.terminate();
        else if (said.gap) gaps += 1;
      }
      if (said.type !== 'event' || said.channel !== channel || !resumed) return;
      if (said.seq === since() + 1) taken.push(said);
      else strays.push(said.seq);
    });
    mine.on('error', () => {});
    mine.on('close', () => {
      if (!stopped && mine === socket) setTimeout(connect, Math.random() * 300).unref();
    });
  };
  connect();

  return {
    taken,
    /** Events out of order. */
    strays,
    gaps: () => gaps,
    connections: () => connections,
    cut: () => socket.terminate(),
    stop: () => {
      stopped = true;
      socket.terminate();
    },
  };
};
