import { LOCAL_GATEWAY, LOCAL_REGION } from '../ports.ts';
import { corsInBody, functionNameIn, routesInBody } from './api-body.ts';
import { readEdge } from './edge.ts';
import { isRecord, type JsonRecord, optionalNumber, optionalText, text } from './json.ts';
import type { Resource, Stack } from './stack.ts';

/** One route and the function behind it. */
export interface RouteSpec {
  /** `GET /api/v1/media/{id}`, `$default`, `$connect`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  /** ARN of the role that the API assumes for the call; without it, the function itself has to permit the call. */
  readonly credentials?: string;
}

/** An HTTP or WebSocket API of the stack. */
export interface ApiSpec {
  readonly apiId: string;
  readonly stage: string;
  readonly routes: readonly RouteSpec[];
  /** In the shape of `CorsConfiguration`. */
  readonly cors?: JsonRecord;
  /** `$request.body.action` of a WebSocket API. */
  readonly routeSelection?: string;
}

/** The API of the given protocol, or undefined when the stack has none. */
export const readApi = (stack: Stack, protocol: 'HTTP' | 'WEBSOCKET'): ApiSpec | undefined => {
  // An API that a document describes is an HTTP API; no other kind can be described by one.
  const protocolOf = ({ properties }: Resource) => (properties.Body === undefined ? properties.ProtocolType : 'HTTP');
  const apis = stack.ofType('AWS::ApiGatewayV2::Api').filter((item) => protocolOf(item) === protocol);
  const [api] = apis;
  if (api === undefined) return undefined;
  if (apis.length > 1)
    throw new Error(`The local runtime serves one ${protocol} API, but the stack has ${apis.length}.`);
  const own = (type: string): readonly Resource[] =>
    stack.ofType(type).filter(({ properties }) => properties.ApiId === api.ref);
  const integrations = new Map(own('AWS::ApiGatewayV2::Integration').map((item) => [item.ref, item]));
  const timeoutMs = protocol === 'HTTP' ? 30_000 : 29_000;
  const { Body: body } = api.properties;
  const declared = own('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations, timeoutMs));
  if (isRecord(body) && declared.length > 0)
    throw new Error(`${api.logicalId} has a body and routes of their own, which API Gateway does not take together.`);
  const routes = isRecord(body) ? routesInBody(body, timeoutMs) : declared;
  const cors = isRecord(body) ? corsInBody(body) : api.properties.CorsConfiguration;
  const routeSelection = optionalText(api.properties.RouteSelectionExpression, 'RouteSelectionExpression');
  return {
    apiId: api.ref,
    stage: own('AWS::ApiGatewayV2::Stage')[0]?.ref ?? '$default',
    routes,
    ...(isRecord(cors) ? { cors } : {}),
    ...(routeSelection === undefined ? {} : { routeSelection }),
  };
};

const readRoute = (
  { logicalId, properties }: Resource,
  integrations: ReadonlyMap<string, Resource>,
  timeoutMs: number,
): RouteSpec => {
  const authorization = properties.AuthorizationType;
  if (authorization !== undefined && authorization !== 'NONE') {
    throw new Error(`${logicalId} has an authorizer, which the local runtime lacks.`);
  }
  const target = text(properties.Target, `${logicalId}.Target`).replace(/^integrations\//, '');
  const integration = integrations.get(target);
  if (integration === undefined) throw new Error(`${logicalId} has no integration ${target} in the stack.`);
  const uri = text(integration.properties.IntegrationUri, `${integration.logicalId}.IntegrationUri`);
  const timeout = optionalNumber(integration.properties.TimeoutInMillis, `${integration.logicalId}.TimeoutInMillis`);
  const credentials = optionalText(integration.properties.CredentialsArn, `${integration.logicalId}.CredentialsArn`);
  return {
    routeKey: text(properties.RouteKey, `${logicalId}.RouteKey`),
    functionName: functionNameIn(uri, integration.logicalId),
    timeoutMs: timeout ?? timeoutMs,
    ...(credentials === undefined ? {} : { credentials }),
  };
};

/** The addresses of the emulated services. Each is `http://127.0.0.1:<port>`. */
export interface Addresses {
  /** The HTTP API itself. */
  readonly http: string;
  readonly aws: string;
  readonly s3: string;
  /** The distribution in front of the API, in a stack that has one. */
  readonly edge?: string;
}

/**
 * Replaces the AWS hosts of a resolved string by those of the loopback.
 *
 * The template builds its addresses from API ids by intrinsics, so they can only be recognised after resolving.
 */
export const localAddresses = (stack: Stack, addresses: Addresses): ((value: string) => string) => {
  const socket = readApi(stack, 'WEBSOCKET');
  const http = readApi(stack, 'HTTP');
  const host = (id: string): string => `${id}.execute-api.${LOCAL_REGION}.amazonaws.com`;
  const pairs: (readonly [string, string])[] = [[`https://sqs.${LOCAL_REGION}.amazonaws.com`, addresses.aws]];
  pairs.push([`https://${LOCAL_GATEWAY}`, addresses.http]);
  for (const { attribute } of stack.ofType('AWS::S3::Bucket'))
    pairs.push([`https://${attribute('RegionalDomainName')}`, addresses.s3]);
  if (http) pairs.push([`https://${host(http.apiId)}`, addresses.http]);
  if (socket) {
    pairs.push([`wss://${host(socket.apiId)}`, addresses.http.replace('http:', 'ws:')]);
    pairs.push([`https://${host(socket.apiId)}`, addresses.http]);
  }
  const edge = addresses.edge && readEdge(stack);
  if (edge && addresses.edge) {
    pairs.push(
      [`https://${edge.domain}`, addresses.edge],
      [`wss://${edge.domain}`, addresses.edge.replace('http:', 'ws:')],
    );
  }
  return (value) => pairs.reduce((text, [from, to]) => text.replaceAll(from, to), value);
};
