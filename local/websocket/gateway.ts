import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FunctionHost, InvokeResult, Service } from '../ports.ts';
import { type Connection, type Ending, openConnection } from './connection.ts';
import { type ConnectionFacts, connectEvent, connectionFacts, disconnectEvent, messageEvent } from './events.ts';
import { isHandshake, readVerdict, refuseHandshake, type Verdict } from './handshake.ts';
import { WEBSOCKET_LIMITS, type WebSocketLimits } from './limits.ts';
import { type ManageRequest, type ManageResponse, manageConnections } from './management.ts';
import { compileSelection, type WebSocketRoutes } from './routes.ts';

export interface WebSocketGatewayOptions {
  readonly routes: WebSocketRoutes;
  readonly routeSelectionExpression: string;
  readonly apiId: string;
  readonly stage: string;
  readonly functions: FunctionHost;
  /** Route keys with a route response: the `body` of their function's result is sent back. None by default. */
  readonly routeResponses?: ReadonlySet<string>;
  /** Whether the template lets this API invoke the function; AWS answers a missing permission as a failed function. */
  readonly mayInvoke?: (functionName: string, routeKey: string) => boolean;
  readonly limits?: Partial<WebSocketLimits>;
  readonly onError?: (error: unknown, routeKey: string) => void;
}

export interface WebSocketGateway extends Service {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The `@connections` API; signatures are the caller's to check. */
  manage(request: ManageRequest): ManageResponse;
}

const FAILED: InvokeResult = { payload: undefined, functionError: 'Unhandled' };

/** A refusal with the message that API Gateway sends over the socket. */
const refusal = (message: string, { requestContext }: ReturnType<typeof messageEvent>): string =>
  JSON.stringify({ message, connectionId: requestContext.connectionId, requestId: requestContext.requestId });

const bodyOf = (payload: unknown): string | undefined => {
  const body = typeof payload === 'object' && payload !== null && 'body' in payload ? payload.body : undefined;
  return typeof body === 'string' && body !== '' ? body : undefined;
};

/**
 * An API Gateway WebSocket API on the sockets that the HTTP gateway hands over.
 *
 * `$connect` runs before the handshake is answered. Messages of one connection run a few at a time and in no promised
 * order, as on AWS. `$disconnect` is tried once after a close and not at all when the runtime stops: AWS calls it "best effort".
 */
export const createWebSocketGateway = (options: WebSocketGatewayOptions): WebSocketGateway => {
  const limits: WebSocketLimits = { ...WEBSOCKET_LIMITS, ...options.limits };
  const select = compileSelection(options.routeSelectionExpression, options.routes);
  const open = new Map<string, Connection>();
  const connecting = new Set<Duplex>();
  /** Each ends the wait for one function. */
  const waits = new Set<() => void>();
  const chosenProtocol = new WeakMap<IncomingMessage, string>();
  let stopping = false;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // Without a protocol chosen by $connect the answer has none.
    handleProtocols: (_offered, request) => chosenProtocol.get(request) ?? false,
  });

  const invoke = async (
    functionName: string,
    event: unknown,
    routeKey: string,
    nobodyWaits = new AbortController(),
  ): Promise<InvokeResult> => {
    if (options.mayInvoke && !options.mayInvoke(functionName, routeKey)) {
      options.onError?.(new Error(`the template does not let the API invoke ${functionName}`), routeKey);
      return FAILED;
    }
    const { signal } = nobodyWaits;
    const tooLate = Promise.withResolvers<InvokeResult>();
    const giveUp = (): void => {
      tooLate.resolve(FAILED);
      nobodyWaits.abort();
    };
    const timer = setTimeout(giveUp, limits.integrationMs);
    waits.add(giveUp);
    try {
      return await Promise.race([options.functions.invoke(functionName, event, signal), tooLate.promise]);
    } catch (error) {
      if (!signal.aborted) options.onError?.(error, routeKey);
      return FAILED;
    } finally {
      clearTimeout(timer);
      waits.delete(giveUp);
    }
  };

  const disconnected = (facts: ConnectionFacts, { code, reason }: Ending): void => {
    open.delete(facts.connectionId);
    const { disconnect } = options.routes;
    if (disconnect !== undefined && !stopping)
      void invoke(disconnect, disconnectEvent(facts, code, reason), '$disconnect');
  };

  const onMessage = async (facts: ConnectionFacts, message: string): Promise<void> => {
    const route = select(message);
    const event = messageEvent(facts, route?.routeKey ?? '$default', message);
    const reply = (text: string): void => void open.get(facts.connectionId)?.send(text);
    if (!route) return reply(refusal('Forbidden', event));
    const { payload, functionError } = await invoke(route.functionName, event, route.routeKey);
    if (functionError) return reply(refusal('Internal server error', event));
    const body = options.routeResponses?.has(route.routeKey) ? bodyOf(payload) : undefined;
    if (body !== undefined) reply(body);
  };

  const accept = (facts: ConnectionFacts, webSocket: WebSocket, socket: Socket): void => {
    const connection = openConnection(webSocket, socket, facts, limits, {
      onMessage: (message) => onMessage(facts, message),
      onClose: (ending) => disconnected(facts, ending),
    });
    open.set(facts.connectionId, connection);
  };

  const connect = async (request: IncomingMessage, socket: Duplex, facts: ConnectionFacts): Promise<Verdict> => {
    const functionName = options.routes.connect;
    if (functionName === undefined) return { accepted: true };
    const left = new AbortController();
    // A socket whose client closed stays half open.
    for (const sign of ['end', 'close']) socket.once(sign, () => left.abort());
    return readVerdict(await invoke(functionName, connectEvent(facts, request), '$connect', left));
  };

  const handshake = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const facts = connectionFacts(request, options.apiId, options.stage);
    const verdict = await connect(request, socket, facts);
    connecting.delete(socket);
    if (!verdict.accepted) return refuseHandshake(socket, verdict.status);
    if (verdict.protocol !== undefined) chosenProtocol.set(request, verdict.protocol);
    // The client disconnected while $connect ran, after the function may have stored the connection.
    if (socket.destroyed || !socket.writable || stopping) {
      socket.destroy();
      return disconnected(facts, { code: 1006, reason: '' });
    }
    server.handleUpgrade(request, socket, head, (webSocket) => accept(facts, webSocket, request.socket));
  };

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
      const closed = [...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
      for (const connection of open.values()) connection.end({ code: 1001, reason: 'Going away' });
      const patience = setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, 500);
      await Promise.all(closed);
      clearTimeout(patience);
      server.close();
      for (const giveUp of waits) giveUp();
    },
  };
};
