import { type IncomingMessage, request as open, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { endWith } from '../http/malformed.ts';
import type { OriginRequest } from './origin.ts';

const HANDSHAKE = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'];

const headText = (answer: IncomingMessage): string => {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let at = 0; at < answer.rawHeaders.length; at += 2)
    lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/** Passes WebSockets through: `prepare` answers the handshake for the origin, or the status of a refusal. */
export const passSocket = (server: Server, prepare: (incoming: IncomingMessage) => OriginRequest | number) => {
  const sockets = new Set<Duplex>();
  const track = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  server.on('upgrade', (incoming, socket, head) => {
    track(socket);
    const prepared = prepare(incoming);
    if (typeof prepared === 'number') return endWith(socket, prepared);
    const handshake = Object.fromEntries(
      HANDSHAKE.flatMap((name) =>
        incoming.headers[name] === undefined ? [] : [[name, String(incoming.headers[name])]],
      ),
    );
    const headers = { ...prepared.headers, ...handshake, connection: 'Upgrade', upgrade: 'websocket' };
    const sent = open(prepared.url, { headers, agent: false });
    sent.once('upgrade', (answer, origin, first) => {
      track(origin);
      socket.write(headText(answer));
      if (first.length > 0) socket.write(first);
      if (head.length > 0) origin.write(head);
      origin.pipe(socket).pipe(origin);
      origin.once('close', () => socket.destroy());
      socket.once('close', () => origin.destroy());
    });
    sent.once('response', (answer) => {
      socket.write(headText(answer));
      answer.pipe(socket);
    });
    sent.once('error', () => endWith(socket, 502));
    sent.end();
  });
  return {
    stop: (): void => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
