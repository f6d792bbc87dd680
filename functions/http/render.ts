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

/** Base64 adds a third, and Lambda's answers end at 6 MB: larger files are compressed. */
const PACKED_FILE = 64 * 1024;
/** A page of a list compresses to a fifth. Below this, the headers weigh more than what is saved. */
const PACKED_JSON = 1024;

/** Whether a client accepts gzip (RFC 9110, 12.5.3): it is named, and not with a weight of zero. */
export const acceptsGzip = (event: Pick<Event, 'headers'>): boolean =>
  (event.headers['accept-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .some((each) => /^(gzip|\*)\s*(;|$)/.test(each) && !/;\s*q=0(\.0*)?$/.test(each));

const coded = (bytes: Uint8Array, compress: boolean) => ({
  coding: (compress ? { 'content-encoding': 'gzip' } : {}) as Readonly<Record<string, string>>,
  body: Buffer.from(compress ? gzipSync(bytes) : bytes).toString('base64'),
  isBase64Encoded: true,
});

const payload = ({ body, bytes, headers, cookies }: Reply, event: Event) => {
  const vary = { vary: [headers?.vary, 'accept-encoding'].filter(Boolean).join(', ') };
  if (bytes) {
    const isPacked = headers?.['content-encoding'] !== undefined || headers?.['content-type']?.startsWith('image/');
    const { coding, ...sent } = coded(bytes, !isPacked && bytes.length >= PACKED_FILE && acceptsGzip(event));
    return { headers: { ...vary, ...coding }, ...sent };
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  // An answer with a cookie contains a new secret; its compressed length would depend on that and on the caller's own words.
  if (cookies || text.length < PACKED_JSON) return { headers: {}, body: text };
  if (!acceptsGzip(event)) return { headers: vary, body: text };
  const { coding, ...sent } = coded(Buffer.from(text), true);
  return { headers: { ...vary, ...coding }, ...sent };
};

/** An answer that a cache shows to others says nothing of the calls that its first caller has left. */
const isForAll = ({ headers }: Reply): boolean => /\bpublic\b/.test(headers?.['cache-control'] ?? '');

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
      ...(standing && !isForAll(reply) ? rateHeaders(standing) : {}),
      ...reply.headers,
      ...coding,
    },
    ...(reply.cookies ? { cookies: [...reply.cookies] } : {}),
    ...sent,
  };
};
