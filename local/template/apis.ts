import { LOCAL_REGION } from '../ports.ts';
import { flag, isRecord, optionalNumber, optionalText, type record, text, texts } from './json.ts';
import type { Resource, Stack } from './stack.ts';

/** One route and the function behind it. */
export interface RouteSpec {
  /** `GET /api/v1/media/{id}`, `$default`, `$connect`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** What API Gateway answers to a browser of another origin. */
export interface CorsSpec {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
}

/** An HTTP or WebSocket API of the stack. */
export interface ApiSpec {
  readonly apiId: string;
  readonly stage: string;
  readonly routes: readonly RouteSpec[];
  readonly cors?: CorsSpec;
  /** `$request.body.action` of a WebSocket API. */
  readonly routeSelection?: string;
}

/** The API of the given protocol, or undefined when the stack has none. */
export const readApi = (stack: Stack, protocol: 'HTTP' | 'WEBSOCKET'): ApiSpec | undefined => {
  const apis = stack.ofType('AWS::ApiGatewayV2::Api').filter(({ properties }) => properties.ProtocolType === protocol);
  const [api] = apis;
  if (api === undefined) return undefined;
  if (apis.length > 1)
    throw new Error(`The local runtime serves one ${protocol} API, but the stack has ${apis.length}.`);
  const own = (type: string): readonly Resource[] =>
    stack.ofType(type).filter(({ properties }) => properties.ApiId === api.ref);
  const integrations = new Map(own('AWS::ApiGatewayV2::Integration').map((item) => [item.ref, item]));
  const routes = own('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations, protocol));
  const cors = api.properties.CorsConfiguration;
  const routeSelection = optionalText(api.properties.RouteSelectionExpression, 'RouteSelectionExpression');
  return {
    apiId: api.ref,
    stage: own('AWS::ApiGatewayV2::Stage')[0]?.ref ?? '$default',
    routes,
    ...(isRecord(cors) ? { cors: readCors(cors) } : {}),
    ...(routeSelection === undefined ? {} : { routeSelection }),
  };
};

const readRoute = (
  { logicalId, properties }: Resource,
  integrations: ReadonlyMap<string, Resource>,
  protocol: 'HTTP' | 'WEBSOCKET',
): RouteSpec => {
  const authorization = properties.AuthorizationType;
  if (authorization !== undefined && authorization !== 'NONE') {
    throw new Error(`${logicalId} has an authorizer, which the local runtime lacks.`);
  }
  const target = text(properties.Target, `${logicalId}.Target`).replace(/^integrations\//, '');
  const integration = integrations.get(target);
  if (integration === undefined) throw new Error(`${logicalId} has no integration ${target} in the stack.`);
  const uri = text(integration.properties.IntegrationUri, `${integration.logicalId}.IntegrationUri`);
  const functionName = /:function:([^:/]+)/.exec(uri)?.[1];
  if (functionName === undefined) throw new Error(`${integration.logicalId} calls ${uri}, which is no function.`);
  const timeout = optionalNumber(integration.properties.TimeoutInMillis, `${integration.logicalId}.TimeoutInMillis`);
  return {
    routeKey: text(properties.RouteKey, `${logicalId}.RouteKey`),
    functionName,
    timeoutMs: timeout ?? (protocol === 'HTTP' ? 30_000 : 29_000),
  };
};

const readCors = (cors: ReturnType<typeof record>): CorsSpec => {
  const maxAge = optionalNumber(cors.MaxAge, 'CorsConfiguration.MaxAge');
  return {
    allowOrigins: texts(cors.AllowOrigins, 'AllowOrigins'),
    allowMethods: texts(cors.AllowMethods, 'AllowMethods'),
    allowHeaders: texts(cors.AllowHeaders, 'AllowHeaders'),
    exposeHeaders: texts(cors.ExposeHeaders, 'ExposeHeaders'),
    allowCredentials: flag(cors.AllowCredentials),
    ...(maxAge === undefined ? {} : { maxAge }),
  };
};

/** Where the emulated services listen. Each is `http://127.0.0.1:<port>`. */
export interface Addresses {
  readonly http: string;
  readonly aws: string;
}

/**
 * Replaces the AWS hosts of a resolved string by those of the loopback.
 *
 * The template builds its addresses from API ids by intrinsics, and only after resolving can they be told apart
 * from other text.
 */
export const localAddresses = (stack: Stack, addresses: Addresses): ((value: string) => string) => {
  const socket = readApi(stack, 'WEBSOCKET');
  const http = readApi(stack, 'HTTP');
  const host = (id: string): string => `${id}.execute-api.${LOCAL_REGION}.amazonaws.com`;
  const pairs: (readonly [string, string])[] = [[`https://sqs.${LOCAL_REGION}.amazonaws.com`, addresses.aws]];
  if (http) pairs.push([`https://${host(http.apiId)}`, addresses.http]);
  if (socket) {
    pairs.push([`wss://${host(socket.apiId)}`, addresses.http.replace('http:', 'ws:')]);
    pairs.push([`https://${host(socket.apiId)}`, addresses.aws]);
  }
  return (value) => pairs.reduce((text, [from, to]) => text.replaceAll(from, to), value);
};
