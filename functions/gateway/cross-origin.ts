import type { IncomingMessage } from 'node:http';
import { CROSS_ORIGIN } from '../http/cross-origin.ts';

/** The headers that let another site's page read an answer; none for a site that is not allowed. */
export type CrossOrigin = (request: IncomingMessage) => Readonly<Record<string, string>>;

/** A browser's preflight request. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** Grants the same as the HTTP API, to the same sites. */
export const crossOrigin =
  (allowedOrigins: readonly string[]): CrossOrigin =>
  (request) => {
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return {};
    const granted = {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': String(CROSS_ORIGIN.credentials),
      vary: 'origin',
      'access-control-expose-headers': CROSS_ORIGIN.exposeHeaders.join(','),
    };
    if (!isPreflight(request)) return granted;
    return {
      ...granted,
      'access-control-allow-methods': CROSS_ORIGIN.methods.join(','),
      'access-control-allow-headers': CROSS_ORIGIN.headers.join(','),
      'access-control-max-age': String(CROSS_ORIGIN.maxAge),
    };
  };
