import * as z from 'zod/mini';
import { type Reply, route } from '../../http/route.ts';
import type { Page } from './viewer-page.ts';

const HOUR = 'public, max-age=3600';

/** The viewer only runs its own files and calls this API; it cannot be framed and cannot send data to other hosts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = ({ type, bytes }: Page): Reply => ({
  status: 200,
  bytes,
  headers: {
    'content-type': type,
    'cache-control': HOUR,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
  },
});

export const v1GetDocument = route({
  method: 'GET',
  path: '/api/v1/openapi.json',
  summary: 'Get this OpenAPI document',
  dialect: 'v1',
  operation: 'openapi',
  access: 'public',
  failure: 'Failed to get the document',
  input: () => undefined,
  reply: (document: unknown) => ({ status: 200, body: document, headers: { 'cache-control': HOUR } }),
});

export const v1GetViewer = route({
  method: 'GET',
  path: '/docs',
  summary: 'Open the viewer of the OpenAPI documents',
  dialect: 'v1',
  operation: 'openapi',
  access: 'public',
  failure: 'Failed to get the page',
  // The page reads it, not the function.
  query: z.strictObject({ api: z.optional(z.string().check(z.maxLength(100))) }),
  input: (): string | undefined => undefined,
  reply: page,
});

export const v1GetViewerFile = route({
  method: 'GET',
  path: '/docs/{file}',
  summary: 'Get a file of the viewer, or the OpenAPI document of an API',
  dialect: 'v1',
  operation: 'openapi',
  access: 'public',
  failure: 'Failed to get the page',
  input: ({ path }): string | undefined => path.file ?? '',
  reply: page,
});
