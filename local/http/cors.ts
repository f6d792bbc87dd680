import type { IncomingMessage } from 'node:http';

/** `CorsConfiguration` of `AWS::ApiGatewayV2::Api`. */
export interface CorsConfiguration {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** The grants of one response; empty for a request without `Origin` and for a foreign one. */
export type CorsHeaders = Readonly<Record<string, string>>;

/** A request that API Gateway answers itself: AWS requires both headers of a preflight. */
export const isPreflight = (request: IncomingMessage): boolean =>
  request.method === 'OPTIONS' &&
  request.headers.origin !== undefined &&
  request.headers['access-control-request-method'] !== undefined;

const allowedOrigin = (cors: CorsConfiguration, origin: string): string | undefined => {
  const allowed = cors.AllowOrigins ?? [];
  if (allowed.includes('*')) return '*';
  // `https://*` and `http://*` are the only patterns that API Gateway knows.
  const scheme = /^https?:\/\//.exec(origin)?.[0];
  return allowed.includes(origin) || (scheme && allowed.includes(`${scheme}*`)) ? origin : undefined;
};

/** Headers that an HTTP API adds to the answer of a request with this `Origin`. */
export const corsHeaders = (
  cors: CorsConfiguration | undefined,
  origin: string | undefined,
  preflight: boolean,
): CorsHeaders => {
  const allowed = cors && origin !== undefined ? allowedOrigin(cors, origin) : undefined;
  if (!cors || allowed === undefined) return {};
  const headers: Record<string, string> = { 'access-control-allow-origin': allowed };
  if (cors.AllowCredentials) headers['access-control-allow-credentials'] = 'true';
  if (cors.ExposeHeaders?.length) headers['access-control-expose-headers'] = cors.ExposeHeaders.join(',');
  if (!preflight) return headers;
  if (cors.AllowMethods?.length) headers['access-control-allow-methods'] = cors.AllowMethods.join(',');
  if (cors.AllowHeaders?.length) headers['access-control-allow-headers'] = cors.AllowHeaders.join(',');
  if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge);
  return headers;
};
