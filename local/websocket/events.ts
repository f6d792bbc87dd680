import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { commonLogTime } from '../common-log-time.ts';

/** The connected client; the part of an event that stays the same for the life of a connection. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent: string };
}

/** An id in API Gateway's format: 11 random bytes in base64 that is safe in a URL but for the trailing `=`. */
export const newConnectionId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** The facts of a new connection, from its handshake. */
export const connectionFacts = (request: IncomingMessage, apiId: string, stage: string): ConnectionFacts => ({
  connectionId: newConnectionId(),
  connectedAt: Date.now(),
  apiId,
  stage,
  // Not the Host header: a function may send to this address, and the client does not get to choose it.
  domainName: `127.0.0.1:${request.socket.localPort}`,
  identity: { sourceIp: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
});

const requestContext = (facts: ConnectionFacts, routeKey: string, eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT') => {
  const now = Date.now();
  return {
    routeKey,
    eventType,
    extendedRequestId: newConnectionId(),
    requestTime: commonLogTime(now),
    requestTimeEpoch: now,
    messageDirection: 'IN',
    requestId: randomUUID(),
    ...facts,
  };
};

const valuesByName = (pairs: Iterable<[string, string]>): Map<string, string[]> => {
  const byName = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = byName.get(name);
    if (values) values.push(value);
    else byName.set(name, [value]);
  }
  return byName;
};

const multiValueHeaders = (request: IncomingMessage): Record<string, string[]> => {
  const pairs = request.rawHeaders.flatMap((name, index, raw): [string, string][] =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [],
  );
  // Names keep the client's case, as on AWS.
  const headers = valuesByName(pairs);
  headers.set('X-Forwarded-For', [request.socket.remoteAddress ?? '']);
  headers.set('X-Forwarded-Port', [String(request.socket.localPort ?? '')]);
  headers.set('X-Forwarded-Proto', ['http']);
  return Object.fromEntries(headers);
};

const queryOf = (request: IncomingMessage): Record<string, string[]> | undefined => {
  const at = (request.url ?? '').indexOf('?');
  if (at < 0) return undefined;
  const values = valuesByName(new URLSearchParams(request.url?.slice(at + 1)));
  return values.size > 0 ? Object.fromEntries(values) : undefined;
};

/** The single-value twin of a multi-value map: API Gateway keeps the last value. */
const lastValues = (multi: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? '']));

/** The event of `$connect`, the only one that carries the client's headers and query. */
export const connectEvent = (facts: ConnectionFacts, request: IncomingMessage) => {
  const multi = multiValueHeaders(request);
  const query = queryOf(request);
  return {
    headers: lastValues(multi),
    multiValueHeaders: multi,
    ...(query && { queryStringParameters: lastValues(query), multiValueQueryStringParameters: query }),
    requestContext: requestContext(facts, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  };
};

/** The event of one message, for the route that its body selected. */
export const messageEvent = (facts: ConnectionFacts, routeKey: string, body: string) => ({
  requestContext: { ...requestContext(facts, routeKey, 'MESSAGE'), messageId: newConnectionId() },
  body,
  isBase64Encoded: false,
});

/** The event of `$disconnect`; 1006 and 1001 come from the gateway when no close frame arrived. */
export const disconnectEvent = (facts: ConnectionFacts, statusCode: number, reason: string) => ({
  headers: { Host: facts.domainName, 'X-Forwarded-For': facts.identity.sourceIp },
  multiValueHeaders: { Host: [facts.domainName], 'X-Forwarded-For': [facts.identity.sourceIp] },
  requestContext: {
    ...requestContext(facts, '$disconnect', 'DISCONNECT'),
    disconnectStatusCode: statusCode,
    disconnectReason: reason,
  },
  isBase64Encoded: false,
});
