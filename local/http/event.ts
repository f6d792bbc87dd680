import type { IncomingMessage } from 'node:http';
import { commonLogTime } from '../common-log-time.ts';
import { LOCAL_ACCOUNT } from '../ports.ts';
import type { RouteMatch } from './routes.ts';

/** Path (decoded) and query (as sent) of a request target, or undefined when its percent-encoding is broken. */
export interface RequestTarget {
  readonly path: string;
  readonly rawQuery: string;
  readonly query: Readonly<Record<string, string>> | undefined;
}

const decodeForm = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

const parseQuery = (raw: string): Record<string, string> | undefined => {
  if (raw === '') return undefined;
  const values = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decodeForm(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decodeForm(pair.slice(at + 1));
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  // `fromEntries` defines own properties, so a parameter named `__proto__` stays an ordinary one.
  return values.size > 0 ? Object.fromEntries(values) : undefined;
};

/** Splits and decodes a request target, in origin form or absolute form; undefined stands for a 400. */
export const parseTarget = (url: string): RequestTarget | undefined => {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const at = target.indexOf('?');
  const rawPath = (at < 0 ? target : target.slice(0, at)) || '/';
  const rawQuery = at < 0 ? '' : target.slice(at + 1);
  if (!rawPath.startsWith('/')) return undefined;
  try {
    // An HTTP API decodes the path before it matches and passes it on decoded, cut at a decoded question mark.
    const path = decodeURIComponent(rawPath).split('?', 1)[0] ?? '/';
    return { path, rawQuery, query: parseQuery(rawQuery) };
  } catch {
    return undefined;
  }
};

/** The types that API Gateway passes on as text, as observed on AWS; every other type (forms and none included) is base64. */
const TEXT_TYPE = /^\s*(text\/[^;]*|application\/(json|javascript|xml))\s*(;|$)/i;

/** Says whether a request body of this content type reaches the function as base64. */
export const isBinaryType = (contentType: string | undefined): boolean => !TEXT_TYPE.test(contentType ?? '');

const eventHeaders = (request: IncomingMessage, bodyBytes: number): Record<string, string> => {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(request.headersDistinct)) if (values) headers.set(name, values.join(','));
  const source = request.socket.remoteAddress ?? '';
  const forwarded = headers.get('x-forwarded-for');
  for (const hop of ['cookie', 'connection', 'keep-alive', 'transfer-encoding', 'expect']) headers.delete(hop);
  headers.set('content-length', String(bodyBytes));
  headers.set('x-forwarded-for', forwarded ? `${forwarded}, ${source}` : source);
  headers.set('x-forwarded-proto', 'http');
  headers.set('x-forwarded-port', String(request.socket.localPort ?? ''));
  return Object.fromEntries(headers);
};

const requestCookies = (request: IncomingMessage): string[] | undefined =>
  request.headers.cookie
    ?.split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');

/** Builds the Lambda event of payload format 2.0. */
export const httpEvent = (
  request: IncomingMessage,
  target: RequestTarget,
  match: RouteMatch,
  body: Buffer,
  context: { readonly apiId: string; readonly domainName: string; readonly requestId: string },
) => {
  const now = Date.now();
  const binary = body.length > 0 && isBinaryType(request.headers['content-type']);
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: target.path,
    rawQueryString: target.rawQuery,
    ...(request.headers.cookie !== undefined && { cookies: requestCookies(request) }),
    headers: eventHeaders(request, body.length),
    ...(target.query && { queryStringParameters: target.query }),
    ...(match.pathParameters && { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.apiId,
      http: {
        method: request.method ?? '',
        path: target.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: match.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(binary ? 'base64' : 'utf8') }),
    isBase64Encoded: binary,
  };
};
