import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';
import { cookieValue } from './cookies.ts';

/** How a secret may be sent with a request: a header, one of two cookies, or the path. */
export type CredentialKind = 'bearer' | 'session' | 'refresh' | 'upload-token';

/** A secret of a request, and how it was sent. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly token: string;
}

type RequestEvent = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies' | 'pathParameters'>;

/** The credentials of the canonical API. Only the admin dialect accepts the refresh token. */
const SIGNED_IN: readonly CredentialKind[] = ['bearer', 'session'];

const TOKEN = 'Bearer +([\\w.~+/=-]+)';
const BEARER = new RegExp(`^${TOKEN}$`, 'i');
/** API Gateway joins headers of one name by commas. */
const SEVERAL_BEARERS = new RegExp(`^${TOKEN}(?: *, *${TOKEN})+$`, 'i');

/**
 * The one credential of a request. One that the client set itself, a header or a token in the path, overrides a cookie, which a
 * browser adds to each request. Two that were set are refused: it would be unclear whose request it is.
 */
export const credentialOf = (
  event: RequestEvent,
  publicUrl: string,
  kinds: readonly CredentialKind[] = SIGNED_IN,
): Credential | undefined => {
  const inPath = kinds.includes('upload-token') ? event.pathParameters?.token : undefined;
  if (inPath !== undefined) return pathCredential(inPath, event.headers);
  const authorization = kinds.includes('bearer') ? event.headers.authorization : undefined;
  if (authorization === undefined) return cookieCredential(event, publicUrl, kinds);
  if (SEVERAL_BEARERS.test(authorization)) {
    throw new MediaError('AMBIGUOUS_CREDENTIALS', 'Send one Authorization header, not several');
  }
  const token = BEARER.exec(authorization)?.[1];
  if (!token) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  return { kind: 'bearer', token };
};

const pathCredential = (token: string, headers: APIGatewayProxyEventV2['headers']): Credential => {
  if (headers.authorization === undefined) return { kind: 'upload-token', token };
  throw new MediaError('AMBIGUOUS_CREDENTIALS', 'Send either a token in the path or an Authorization header, not both');
};

const cookieCredential = (
  event: RequestEvent,
  publicUrl: string,
  kinds: readonly CredentialKind[],
): Credential | undefined => {
  const session = kinds.includes('session') ? cookieValue(event, 'session', publicUrl) : undefined;
  if (session !== undefined) return { kind: 'session', token: session };
  const refresh = kinds.includes('refresh') ? cookieValue(event, 'refreshToken', publicUrl) : undefined;
  return refresh === undefined ? undefined : { kind: 'refresh', token: refresh };
};

/**
 * Refuses a cross-site write by cookie: browsers name the site in `Sec-Fetch-Site` and `Origin`, and a page cannot forge
 * either. Clients that are not browsers send neither and pass.
 *
 * The own origin is the public address, or the requested host under the same scheme: a laptop has several names. A page over
 * plain http is another origin than the API over TLS, since an attacker on the network may have written it; so is a sibling
 * subdomain.
 */
export const refuseCrossSite = (
  event: Pick<APIGatewayProxyEventV2, 'headers'>,
  publicUrl: string,
  allowedOrigins: readonly string[],
): void => {
  const { origin, host, 'sec-fetch-site': site } = event.headers;
  const { protocol, origin: ownOrigin } = new URL(publicUrl);
  const known = origin !== undefined && [ownOrigin, `${protocol}//${host}`, ...allowedOrigins].includes(origin);
  if (known) return;
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (origin !== undefined || isForeign) throw new MediaError('CROSS_SITE', 'Cross-site request refused');
};

/** The refresh token of a request: the one in its body, or else the cookie that a browser adds. */
export const refreshTokenOf = (
  event: Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>,
  publicUrl: string,
  sent: string | undefined,
): string | undefined => sent ?? cookieValue(event, 'refreshToken', publicUrl);
