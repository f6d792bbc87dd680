import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 as Event, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { rateHeaders, type Standing } from './rate-limit.ts';
import type { Reply } from './route.ts';

const STANDING_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** What travels as base64 is a third longer, and Lambda's answers end at 6 MB: larger texts are packed. */
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
export const render = (reply: Reply, event: Event, standing: Standing | undefined): Result => {
  const { headers: coding, ...sent } = payload(reply, event);
  return {
    statusCode: reply.status,
    headers: {
      ...STANDING_HEADERS,
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
