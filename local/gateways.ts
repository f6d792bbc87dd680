import type { IncomingMessage, ServerResponse } from 'node:http';
import { discardBody } from './http/body.ts';
import type { CorsConfiguration } from './http/cors.ts';
import { forward, isLargeForm, type Upstream } from './http/forward.ts';
import { startHttpGateway } from './http/gateway.ts';
import type { StackAccess } from './iam/access.ts';
import { type MayInvoke, readInvocations } from './iam/invocations.ts';
import { verifySignature } from './iam/sigv4.ts';
import type { FunctionHost, ListeningService } from './ports.ts';
import { type ApiSpec, readApi } from './template/apis.ts';
import type { Stack } from './template/stack.ts';
import { createWebSocketGateway, type WebSocketGateway } from './websocket/gateway.ts';
import { openJournal } from './websocket/journal.ts';
import { managementEndpoint } from './websocket/management.ts';
import type { WebSocketRoutes } from './websocket/routes.ts';
import type { WelcomeInfo } from './welcome/page.ts';
import { serveWelcome, type WelcomeContent } from './welcome/serve.ts';

/** The content of the welcome page beyond the addresses. */
export type WelcomeFacts = Pick<WelcomeInfo, 'table' | 'bucket' | 'owner'>;

/** The services behind the gateways. */
export interface GatewaysOptions {
  readonly port: number;
  readonly stack: Stack;
  readonly functions: FunctionHost;
  readonly access: StackAccess;
  /** The server for forms that are too large for an event. */
  readonly uploadGateway: () => Upstream | undefined;
  /** Undefined while the runtime is not ready. */
  readonly welcome: () => WelcomeContent | undefined;
  readonly report: (message: string) => void;
  /** The file of the connections that are open. */
  readonly journal?: string;
}

/** The HTTP and WebSocket APIs of the stack on one port. */
export interface Gateways extends ListeningService {
  /** Takes the routes of a new version of the stack. Open connections stay. */
  update(stack: Stack): void;
}

type Fallback = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Starts the gateways. Without a WebSocket API only the HTTP API. */
export const startGateways = async (options: GatewaysOptions): Promise<Gateways> => {
  const { stack, access } = options;
  const socketApi = readApi(stack, 'WEBSOCKET');
  const socketInvocations = (of: Stack): MayInvoke | undefined => {
    const api = readApi(of, 'WEBSOCKET');
    return api && readInvocations(of, api, access);
  };
  let mayInvokeForSockets = socketInvocations(stack);
  const sockets =
    socketApi &&
    openSockets(socketApi, options, (functionName, routeKey) => mayInvokeForSockets?.(functionName, routeKey) ?? false);
  const pages = welcomePages(options.welcome);
  const management = socketApi && sockets ? manageSockets(socketApi, sockets, options) : () => false;
  const fallback: Fallback = (request, response) => management(request, response) || pages(request, response);

  const http = await startHttpGateway({
    port: options.port,
    ...routing(stack, access),
    functions: options.functions,
    ...(sockets ? { upgrade: sockets.upgrade } : {}),
    fallback,
    ...largeForms(options),
    onError: (error, routeKey) => options.report(`${routeKey}: ${error instanceof Error ? error.message : error}`),
  });
  return {
    url: http.url,
    update: (next) => {
      http.reconfigure({ cors: undefined, mayInvoke: undefined, ...routing(next, access) });
      mayInvokeForSockets = socketInvocations(next);
    },
    stop: async () => {
      await Promise.all([sockets?.stop(), http.stop()]);
    },
  };
};

/** On AWS large forms have an address of their own; here one address takes them all. */
const largeForms = ({ uploadGateway, report }: GatewaysOptions) => ({
  invites: (request: IncomingMessage) => uploadGateway() !== undefined && isLargeForm(request),
  largeForms: (request: IncomingMessage, response: ServerResponse) => {
    const container = isLargeForm(request) ? uploadGateway() : undefined;
    if (!container) return undefined;
    return forward(container, request, response).catch((error: unknown) => {
      report(`The upload gateway: ${error instanceof Error ? error.message : String(error)}`);
      if (!response.headersSent) response.writeHead(502).end();
      discardBody(request);
    });
  },
});

const routing = (stack: Stack, access: StackAccess) => {
  const api = readApi(stack, 'HTTP');
  return {
    apiId: api?.apiId ?? 'none',
    routes: api?.routes ?? [],
    ...(api?.cors ? { cors: api.cors as CorsConfiguration } : {}),
    ...(api ? { mayInvoke: readInvocations(stack, api, access) } : {}),
  };
};

const openSockets = (
  api: ApiSpec,
  { functions, report, journal }: GatewaysOptions,
  mayInvoke: MayInvoke,
): WebSocketGateway =>
  createWebSocketGateway({
    apiId: api.apiId,
    stage: api.stage,
    ...(journal === undefined ? {} : { journal: openJournal(journal) }),
    routes: socketRoutes(api),
    routeSelectionExpression: api.routeSelection ?? '$request.body.action',
    functions,
    mayInvoke,
    onError: (error, routeKey) => report(`${routeKey}: ${error instanceof Error ? error.message : error}`),
  });

const socketRoutes = ({ routes }: ApiSpec): WebSocketRoutes => {
  const functionOf = (key: string): string | undefined => routes.find(({ routeKey }) => routeKey === key)?.functionName;
  const [connect, disconnect, fallback] = ['$connect', '$disconnect', '$default'].map(functionOf);
  const custom = routes.filter(({ routeKey }) => !routeKey.startsWith('$'));
  return {
    ...(connect === undefined ? {} : { connect }),
    ...(disconnect === undefined ? {} : { disconnect }),
    ...(fallback === undefined ? {} : { default: fallback }),
    custom: Object.fromEntries(custom.map(({ routeKey, functionName }) => [routeKey, functionName])),
  };
};

const manageSockets = (api: ApiSpec, sockets: WebSocketGateway, { access }: GatewaysOptions): Fallback =>
  managementEndpoint({
    apiId: api.apiId,
    stage: api.stage,
    manage: (request) => sockets.manage(request),
    authorize: (request, body, action, resource) => {
      const { method = 'GET', url = '/', headers } = request;
      const verified = verifySignature({ method, url, headers }, { access, service: 'execute-api', body });
      access.authorize(verified.principal, action, resource);
    },
  });

const welcomePages = (welcome: () => WelcomeContent | undefined): Fallback => {
  const pages = serveWelcome(() => welcome() as WelcomeContent, new URL('../', import.meta.url));
  return (request, response) => welcome() !== undefined && pages(request, response);
};
