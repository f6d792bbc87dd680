import { once } from 'node:events';
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** A PUT of one part, and the storage's answer, if there was one. */
export interface SeenPut {
  readonly part: number;
  status: number | undefined;
  isUnderWay: boolean;
}

/** The network between a client and everything else: it can be slow, and it can be down. */
export interface ForwardProxy {
  /** Variables that make a Node program use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every PUT of a part that was let through, in order. */
  readonly puts: readonly SeenPut[];
  /** All other requests that were let through, or tunnels that were opened for them. */
  readonly others: () => number;
  /** Lets PUTs through until so many are stored; others wait. */
  allow(puts: number): void;
  /** Resolves when so many PUTs were answered 200. */
  stored(puts: number): Promise<void>;
  /** Cuts every connection, and takes no new one. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

const partOf = (url: string): number => Number(new URL(url).searchParams.get('partNumber') ?? 0);

export const startProxy = async (): Promise<ForwardProxy> => {
  const puts: SeenPut[] = [];
  const sockets = new Set<Socket>();
  let others = 0;
  let allowed = 0;
  let change = Promise.withResolvers<void>();
  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };

  const forward = (request: IncomingMessage, response: ServerResponse, seen?: SeenPut): void => {
    const onward = open(request.url ?? '', { method: request.method ?? 'GET', headers: request.headers, agent: false });
    onward.once('response', (answer) => {
      if (seen) seen.status = answer.statusCode;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => {
      onward.destroy();
      if (seen) seen.isUnderWay = false;
      changed();
    });
    request.pipe(onward);
  };

  const isFull = (): boolean => puts.filter(({ status, isUnderWay }) => status === 200 || isUnderWay).length >= allowed;

  const server = createServer(async (request, response) => {
    if (request.method !== 'PUT') {
      others += 1;
      forward(request, response);
      return;
    }
    while (isFull() && !request.socket.destroyed) await change.promise;
    if (request.socket.destroyed) return;
    const seen: SeenPut = { part: partOf(request.url ?? ''), status: undefined, isUnderWay: true };
    puts.push(seen);
    forward(request, response, seen);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      changed();
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    others += 1;
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port || 80), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pipeline(socket, onward, socket, () => {});
    });
    onward.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.once('error', () => onward.destroy());
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const refuse = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  return {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address, http_proxy: address, NO_PROXY: '', no_proxy: '' },
    puts,
    others: () => others,
    allow: (count) => {
      allowed = count;
      changed();
    },
    stored: async (count) => {
      while (puts.filter(({ status }) => status === 200).length < count) await change.promise;
    },
    refuse,
    accept: () => listen(port),
    close: refuse,
  };
};
