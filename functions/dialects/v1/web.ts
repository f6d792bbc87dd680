import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { knownTo } from '../../http/known-to.ts';
import { acceptsGzip } from '../../http/render.ts';
import { type Reply, route } from '../../http/route.ts';
import type { WebFile, WebShell } from './web-page.ts';

type Event = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>;

interface Asked {
  readonly unpack: boolean;
}

/**
 * Files are served from memory, each compressed once at the build. A client without gzip is a script, and pays for itself.
 */
const sent = ({ packed, type, unpack }: WebFile & Asked) => ({
  bytes: unpack ? gunzipSync(packed) : packed,
  headers: {
    'content-type': type,
    ...(unpack ? {} : { 'content-encoding': 'gzip' }),
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  },
});

/**
 * The policy of the dashboard. Scripts and styles are its own files alone; `trusted-types` leaves one policy, the page's own,
 * by which texts could become code. Files of the library come from the bucket, never from the page's origin.
 */
const policyOf = ({ filesHost, socketUrl }: Pick<WebShell, 'filesHost' | 'socketUrl'>): string => {
  const socket = new URL(socketUrl).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `img-src 'self' ${filesHost} blob: data:`,
    `media-src 'self' ${filesHost}`,
    `connect-src 'self' ${filesHost} ${socket}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
};

const shell = (page: WebShell & Asked): Reply => {
  const headers = {
    // Asked for again each time: it names the files of the newest release.
    'cache-control': 'no-cache, private',
    etag: page.etag,
    'content-security-policy': policyOf(page),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    // Pages of a library are for those who were given their address.
    'x-robots-tag': 'noindex, nofollow',
  };
  if (page.isKnown) return { status: 304, headers };
  const { bytes, headers: own } = sent(page);
  return { status: 200, bytes, headers: { ...own, ...headers } };
};

const askedOf = (event: Event): Asked => ({ unpack: !acceptsGzip(event) });

const sendsSession = ({ cookies = [] }: Event): boolean =>
  cookies.some((cookie) => /^(?:__Host-)?session=./.test(cookie));

const shellAt = (path: string, summary: string) =>
  route({
    method: 'GET',
    path,
    summary,
    dialect: 'v1',
    operation: 'web',
    access: 'public',
    failure: 'Failed to get the dashboard',
    // The address is the state of the page: the page reads the query, not the function.
    anyQuery: true,
    input: ({ event, path: { path: page = '' } }) => ({
      path: page,
      known: knownTo(event),
      hasSession: sendsSession(event),
      ...askedOf(event),
    }),
    reply: shell,
  });

export const v1GetDashboard = shellAt('/app', 'Open the dashboard');

/** Every address of the dashboard is one document, which shows what the address names. */
export const v1GetDashboardPage = shellAt('/app/{path+}', 'Open a page of the dashboard');

export const v1GetDashboardFile = route({
  method: 'GET',
  path: '/app/assets/{file}',
  summary: 'Get a file of the dashboard',
  dialect: 'v1',
  operation: 'web',
  access: 'public',
  failure: 'Failed to get the dashboard',
  input: ({ path, event }) => ({ file: path.file ?? '', ...askedOf(event) }),
  // The name of a file has the hash of its content.
  reply: (file: WebFile & Asked): Reply => {
    const { bytes, headers } = sent(file);
    return { status: 200, bytes, headers: { ...headers, 'cache-control': 'public, max-age=31536000, immutable' } };
  },
});
