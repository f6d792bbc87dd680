import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Service } from '../ports.ts';
import { answerMessage } from './answer-message.ts';
import { type Connection, type Ending, openConnection } from './connection.ts';
import { type ConnectionFacts, connectEvent, connectionFacts, disconnectEvent } from './events.ts';
import { isHandshake, readVerdict, refuseHandshake, type Verdict } from './handshake.ts';
import { createInvocations, type InvocationOptions, type Invocations } from './invocations.ts';
import type { ConnectionJournal } from './journal.ts';
import { WEBSOCKET_LIMITS, type WebSocketLimits } from './limits.ts';
import { type ManageRequest, type ManageResponse, manageConnections } from './management.ts';
import { compileSelection, type WebSocketRoutes } from './routes.ts';

export interface WebSocketGatewayOptions extends InvocationOptions {
  readonly routes: WebSocketRoutes;
  readonly routeSelectionExpression: string;
  readonly apiId: string;
  readonly stage: string;
  /** Route keys with a route response: the `body` of their function's result is sent back. None by default. */
  readonly routeResponses?: ReadonlySet<string>;
  readonly limits?: Partial<WebSocketLimits>;
  /** Tells `$disconnect` of the connections of a former run, whose end nothing told it of. */
  readonly journal?: ConnectionJournal;
}

export interface WebSocketGateway extends Service {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The `@connections` API; signatures are the caller's to check. */
  manage(request: ManageRequest): ManageResponse;
}

/** Upgrades sockets; each answer names the protocol that was chosen for its request, or none. */
const openServer = (maxPayload: number) => {
  const chosen = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols: (_offered, request) => chosen.get(request) ?? false,
  });
  return { server, chooseProtocol: (request: IncomingMessage, protocol: string) => chosen.set(request, protocol) };
};

/** Asks the function of `$connect`, until the client leaves; an API without one accepts all. */
const connect = async (
  invoke: Invocations['invoke'],
  functionName: string | undefined,
  request: IncomingMessage,
  socket: Duplex,
  facts: ConnectionFacts,
): Promise<Verdict> => {
  if (functionName === undefined) return { accepted: true };
  const left = new AbortController();
  // A socket whose client closed stays half open.
  for (const sign of ['end', 'close']) socket.once(sign, () => left.abort());
  return readVerdict(await invoke(functionName, connectEvent(facts, request), '$connect', left));
};

/** Closes the connections as a gateway that goes away, and cuts those that do not close within half a second. */
const closeAll = async (server: WebSocketServer, open: ReadonlyMap<string, Connection>): Promise<void> => {
  const closed = [...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
  for (const connection of open.values()) connection.end({ code: 1001, reason: 'Going away' });
  const patience = setTimeout(() => {
    for (const client of server.clients) client.terminate();
  }, 500);
  await Promise.all(closed);
  clearTimeout(patience);
  server.close();
};

/**
 * An API Gateway WebSocket API on the sockets that the HTTP gateway hands over.
 *
 * `$connect` runs before the handshake is answered. Messages of one connection run a few at a time and in no promised
 * order, as on AWS. `$disconnect` is tried once after a close: AWS calls it "best effort". When the runtime stops, or is killed,
 * the next run tries it.
 */
export const createWebSocketGateway = (options: WebSocketGatewayOptions): WebSocketGateway => {
  const { routes, routeResponses } = options;
  const limits: WebSocketLimits = { ...WEBSOCKET_LIMITS, ...options.limits };
  const { invoke, ...invocations } = createInvocations(options, limits.integrationMs);
  const answer = answerMessage({
    select: compileSelection(options.routeSelectionExpression, routes),
    invoke,
    routeResponses,
  });
  const open = new Map<string, Connection>();
  const connecting = new Set<Duplex>();
  let stopping = false;
  const { server, chooseProtocol } = openServer(limits.messageBytes);

  const disconnected = (facts: ConnectionFacts, { code, reason }: Ending): void => {
    open.delete(facts.connectionId);
    if (!stopping) void tellEnd(facts, code, reason);
  };

  const tellEnd = async (facts: ConnectionFacts, code: number, reason: string): Promise<void> => {
    if (routes.disconnect === undefined) return;
    const { functionError } = await invoke(routes.disconnect, disconnectEvent(facts, code, reason), '$disconnect');
    if (!functionError && !stopping) options.journal?.ended(facts.connectionId);
  };

  /** After a kill the sockets are closed, and rooms would keep their members: one after the other, they leave. */
  const endFormer = async (): Promise<void> => {
    const { apiId, stage, journal } = options;
    for (const connectionId of journal?.former ?? []) {
      if (stopping) return;
      const identity = { sourceIp: '', userAgent: '' };
      await tellEnd({ connectionId, connectedAt: 0, apiId, stage, domainName: '', identity }, 1006, '');
    }
  };

  const accept = (facts: ConnectionFacts, webSocket: WebSocket, socket: Socket): void => {
    const connection = openConnection(webSocket, socket, facts, limits, {
      onMessage: async (message) => {
        const text = await answer(facts, message);
        if (text !== undefined) open.get(facts.connectionId)?.send(text);
      },
      onClose: (ending) => disconnected(facts, ending),
    });
    open.set(facts.connectionId, connection);
  };

  const handshake = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const facts = connectionFacts(request, options.apiId, options.stage);
    // First: the function may store the connection, and then be killed.
    options.journal?.opened(facts.connectionId);
    const verdict = await connect(invoke, routes.connect, request, socket, facts);
    connecting.delete(socket);
    if (!verdict.accepted) {
      if (!stopping) options.journal?.ended(facts.connectionId);
      return refuseHandshake(socket, verdict.status);
    }
    if (verdict.protocol !== undefined) chooseProtocol(request, verdict.protocol);
    // The client disconnected while $connect ran, after the function may have stored the connection.
    if (socket.destroyed || !socket.writable || stopping) {
      socket.destroy();
      return disconnected(facts, { code: 1006, reason: '' });
    }
    server.handleUpgrade(request, socket, head, (webSocket) => accept(facts, webSocket, request.socket));
  };

  void endFormer();
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (stopping) return refuseHandshake(socket, 503);
      if (!isHandshake(request)) return refuseHandshake(socket, 400);
      connecting.add(socket);
      handshake(request, socket, head).catch((error: unknown) => {
        options.onError?.(error, '$connect');
        socket.destroy();
      });
    },
    manage: (request) => manageConnections(open, request),
    stop: async () => {
      stopping = true;
      for (const socket of connecting) socket.destroy();
      await closeAll(server, open);
      invocations.stop();
      options.journal?.close();
    },
  };
};
