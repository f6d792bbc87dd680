import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 as Event, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { isOverTls } from './cookies.ts';
import { type RateLimitStatus, rateHeaders } from './rate-limit.ts';
import type { Reply } from './route.ts';

const STANDING_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/**
 * A browser that was here once uses TLS for two years, also for plain links (RFC 6797). Without `includeSubDomains`: the names
 * below this one are unknown here. Never over plain http, where it would affect other programs on loopback.
 */
const TLS_ONLY = { 'strict-transport-security': 'max-age=63072000' } as const;

/** The header by which browsers use TLS from then on; none for the local runtime. */
export const transportSecurity = (publicUrl: string): Readonly<Record<string, string>> =>
  isOverTls(publicUrl) ? TLS_ONLY : {};

/** Base64 adds a third, and Lambda's answers end at 6 MB: larger texts are compressed. */
const PACKED_FROM = 64 * 1024;

const payload = ({ body, bytes }: Reply, event: Event) => {
  if (!bytes) return { headers: {}, body: body === undefined ? '' : JSON.stringify(body) };
  const pack = bytes.length >= PACKED_FROM && /\bgzip\b/.test(event.headers['accept-encoding'] ?? '');
  const sent = Buffer.from(pack ? gzipSync(bytes) : bytes);
  return {
    headers: { vary: 'accept-encoding', ...(pack ? { 'content-encoding': 'gzip' } : {}) },
    body: sent.toString('base64'),
    isBase64Encoded: true,
  };
};

/** An answer in API Gateway's form. */
export const render = (
  reply: Reply,
  event: Event,
  { standing, publicUrl }: { standing: RateLimitStatus | undefined; publicUrl: string },
): Result => {
  const { headers: coding, ...sent } = payload(reply, event);
  return {
    statusCode: reply.status,
    headers: {
      ...STANDING_HEADERS,
      ...transportSecurity(publicUrl),
      ...(reply.body === undefined ? {} : { 'content-type': 'application/json' }),
      'x-request-id': event.requestContext.requestId,
      ...(standing && rateHeaders(standing)),
      ...coding,
      ...reply.headers,
    },
    ...(reply.cookies ? { cookies: [...reply.cookies] } : {}),
    ...sent,
  };
};
