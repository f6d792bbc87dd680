import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { isOwnHost, LOOPBACK } from '../loopback.ts';
import type { FunctionHost, ListeningService } from '../ports.ts';
import { announcesTooMuch, collectBody, discardBody } from './body.ts';
import { type CorsConfiguration, type CorsHeaders, corsHeaders, isPreflight } from './cors.ts';
import { httpEvent, parseTarget } from './event.ts';
import { jsonBytes, LIMITS, surelyBelow } from './limits.ts';
import { endWith, refuseMalformed } from './malformed.ts';
import { gatewayMessage, type HttpAnswer, internalServerError, readResult } from './response.ts';
import { compileRoutes, type HttpRoute, type RouteMatch } from './routes.ts';

export interface HttpGatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly routes: readonly HttpRoute[];
  readonly cors?: CorsConfiguration;
  readonly apiId: string;
  readonly functions: FunctionHost;
  /** Handles WebSocket handshakes for the path `/ws`. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Local pages and endpoints that are not the API's; called before the routes, answers true when it handled the request. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Whether a body may exceed the limit of the API, because it is forwarded. */
  readonly invites?: (request: IncomingMessage) => boolean;
  /** Handles a form that is too large for an event, if there is an upload gateway; called before the routes. */
  readonly largeForms?: (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;
  /** Whether the template lets this API invoke the function; AWS answers a missing permission with a plain 500. */
  readonly mayInvoke?: (functionName: string, routeKey: string) => boolean;
  /** Called for every failure that the client sees as a bare 500. */
  readonly onError?: (error: unknown, routeKey: string) => void;
}

const TIMED_OUT = Symbol('timed out');

const withinTime = async <T>(work: Promise<T>, ms: number): Promise<T | typeof TIMED_OUT> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof TIMED_OUT>((resolve) => {
    timer = setTimeout(resolve, ms, TIMED_OUT);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};

/** AWS counts the request line and the header values; node bounds the whole head at twice that before this code. */
const headBytes = (request: IncomingMessage): number => {
  const line = (request.method?.length ?? 0) + (request.url?.length ?? 0) + ' HTTP/1.1 '.length;
  return request.rawHeaders.reduce((sum, text, index) => (index % 2 ? sum + text.length : sum), line);
};

const write = (request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void => {
  const bodyless = answer.status === 204 || answer.status === 304;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (bodyless) response.removeHeader('content-type');
  else response.setHeader('content-length', answer.body.length);
  const own = answer.headers['set-cookie'];
  const cookies = own === undefined ? answer.cookies : [own, ...answer.cookies];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(answer.status).end(bodyless || request.method === 'HEAD' ? undefined : answer.body);
};

const invokeRoute = async (
  options: HttpGatewayOptions,
  match: RouteMatch,
  event: { body?: string },
): Promise<HttpAnswer> => {
  const { routeKey, functionName } = match;
  if (options.mayInvoke && !options.mayInvoke(functionName, routeKey)) {
    options.onError?.(new Error(`the template does not let the API invoke ${functionName}`), routeKey);
    return internalServerError();
  }
  if (event.body && !surelyBelow(event.body, LIMITS.eventBytes) && jsonBytes(event) > LIMITS.eventBytes)
    return gatewayMessage(413, 'Request Entity Too Large');
  try {
    const tooLate = new AbortController();
    const invoked = options.functions.invoke(functionName, event, tooLate.signal);
    const result = await withinTime(invoked, match.timeoutMs ?? LIMITS.integrationMs);
    if (result !== TIMED_OUT) return readResult(result);
    tooLate.abort();
    return gatewayMessage(503, 'Service Unavailable');
  } catch (error) {
    options.onError?.(error, routeKey);
    return internalServerError();
  }
};

/** With CORS configured, API Gateway drops the integration's CORS headers and adds its own. */
const withCors = (answer: HttpAnswer, configured: boolean, grants: CorsHeaders): HttpAnswer => {
  if (!configured) return answer;
  const headers = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(headers), ...grants } };
};

const EMPTY_204: HttpAnswer = { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) };

const requestHandler = (options: HttpGatewayOptions, domainName: () => string) => {
  const route = compileRoutes(options.routes);

  const answerTo = async (request: IncomingMessage, requestId: string): Promise<HttpAnswer> => {
    if (headBytes(request) > LIMITS.headerBytes) return gatewayMessage(431, 'Request Header Fields Too Large');
    if (options.cors && isPreflight(request)) return EMPTY_204;
    const target = parseTarget(request.url ?? '');
    if (!target) return gatewayMessage(400, 'Bad Request');
    const match = route(request.method ?? '', target.path);
    if (!match) return gatewayMessage(404, 'Not Found');
    const body = await collectBody(request, LIMITS.requestBytes);
    if (!body) return gatewayMessage(413, 'Request Entity Too Large');
    const context = { apiId: options.apiId, domainName: domainName(), requestId };
    return invokeRoute(options, match, httpEvent(request, target, match, body, context));
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (options.fallback?.(request, response)) return;
    const elsewhere = options.largeForms?.(request, response);
    if (elsewhere) return elsewhere;
    const requestId = `${randomBytes(11).toString('base64url')}=`;
    response.setHeader('apigw-requestid', requestId);
    const grants = corsHeaders(options.cors, request.headers.origin, isPreflight(request));
    const answer = withCors(await answerTo(request, requestId), options.cors !== undefined, grants);
    try {
      write(request, response, answer);
    } catch (error) {
      // A header that the function returned cannot be sent (a line break in its value, say).
      for (const name of response.getHeaderNames()) if (name !== 'apigw-requestid') response.removeHeader(name);
      options.onError?.(error, request.url ?? '');
      write(request, response, withCors(internalServerError(), options.cors !== undefined, grants));
    }
  };
};

const isWebSocketHandshake = ({ url = '', headers }: IncomingMessage): boolean =>
  /^\/ws\/?(\?|$)/.test(url) && headers.upgrade?.toLowerCase() === 'websocket';

/** Sockets that were handed over by `upgrade` are their new owner's to close: they are not waited for. */
const stopServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
      resolve();
    }, 500);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });

/** A running HTTP API. */
export interface HttpGateway extends ListeningService {
  /** Uses new routes, CORS or permissions from the next request on; connections stay. */
  reconfigure(changes: Partial<Pick<HttpGatewayOptions, 'apiId' | 'routes' | 'cors' | 'mayInvoke'>>): void;
}

/**
 * Starts an API Gateway HTTP API (payload format 2.0) on loopback, with the limits of the real one.
 *
 * Two deliberate differences: `requestContext.domainName` carries the port, and `x-forwarded-proto` is `http`.
 * A request under the name of another host is refused, as API Gateway refuses one under a domain that it does not know.
 */
export const startHttpGateway = async (options: HttpGatewayOptions): Promise<HttpGateway> => {
  let domainName = '';
  let handle = requestHandler(options, () => domainName);
  const server = createServer({
    keepAlive: true,
    noDelay: true,
    keepAliveTimeout: 60_000,
    maxHeaderSize: 2 * LIMITS.headerBytes,
    // Any other upgrade (h2c, say) is ignored and served as the plain request that it also is.
    shouldUpgradeCallback: (request: IncomingMessage) => options.upgrade !== undefined && isWebSocketHandshake(request),
  });
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (!isOwnHost(request.headers.host)) {
      discardBody(request);
      write(request, response, gatewayMessage(403, 'Forbidden'));
      return;
    }
    // The only other rejection is a client that disconnected while sending.
    handle(request, response).catch(() => response.destroy());
  };
  server.on('request', serve);
  server.on('checkContinue', (request, response) => {
    const invited = options.invites?.(request) || !announcesTooMuch(request, LIMITS.requestBytes);
    if (invited && isOwnHost(request.headers.host)) response.writeContinue();
    serve(request, response);
  });
  server.on('clientError', refuseMalformed);
  server.on('upgrade', (request, socket, head) => {
    if (isOwnHost(request.headers.host)) options.upgrade?.(request, socket, head);
    else endWith(socket, 403);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  domainName = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${domainName}`,
    stop: () => stopServer(server),
    reconfigure: (changes) => {
      handle = requestHandler({ ...options, ...changes }, () => domainName);
    },
  };
};
