import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';

/** The ways in which a secret may come with a request: a header, one of two cookies, or the path. */
export type CredentialKind = 'bearer' | 'session' | 'refresh' | 'upload-token';

/** A secret that came with a request, by the way it came. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly token: string;
}

const SESSION_COOKIE = 'session';
const REFRESH_COOKIE = 'refreshToken';

const cookieValue = (cookies: readonly string[], name: string): string | undefined => {
  const found = cookies.find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
};

/** What the canonical API takes. The refresh token is a credential in the admin dialect alone. */
const SIGNED_IN: readonly CredentialKind[] = ['bearer', 'session'];

/** The one credential of a request. Two at once are refused: it would be unclear whose request it is. */
export const credentialOf = (
  event: Pick<APIGatewayProxyEventV2, 'headers' | 'cookies' | 'pathParameters'>,
  kinds: readonly CredentialKind[] = SIGNED_IN,
): Credential | undefined => {
  const inPath = kinds.includes('upload-token') ? event.pathParameters?.token : undefined;
  if (inPath !== undefined) return pathCredential(inPath, event.headers);
  const authorization = kinds.includes('bearer') ? event.headers.authorization : undefined;
  const cookie = cookieCredential(event.cookies ?? [], kinds);
  if (authorization !== undefined && cookie) {
    throw new MediaError('AMBIGUOUS_CREDENTIALS', 'Send either a session cookie or an Authorization header, not both');
  }
  if (cookie) return cookie;
  if (authorization === undefined) return undefined;
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (!token) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  return { kind: 'bearer', token };
};

/** A browser sends its cookies along with whatever a page of the same site asks for; a header somebody has to set. */
const pathCredential = (token: string, headers: APIGatewayProxyEventV2['headers']): Credential => {
  if (headers.authorization === undefined) return { kind: 'upload-token', token };
  throw new MediaError('AMBIGUOUS_CREDENTIALS', 'Send either a token in the path or an Authorization header, not both');
};

const cookieCredential = (cookies: readonly string[], kinds: readonly CredentialKind[]): Credential | undefined => {
  const named = [
    { kind: 'session', name: SESSION_COOKIE },
    { kind: 'refresh', name: REFRESH_COOKIE },
  ] as const;
  const found = named.find(({ kind, name }) => kinds.includes(kind) && cookieValue(cookies, name));
  return found && { kind: found.kind, token: cookieValue(cookies, found.name) ?? '' };
};

/**
 * Refuses a write by cookie that another site sent: browsers name the site in `Sec-Fetch-Site` and `Origin`, and a page
 * cannot forge either. Clients that are no browser send neither and pass.
 */
export const refuseCrossSite = (
  event: Pick<APIGatewayProxyEventV2, 'headers'>,
  publicUrl: string,
  allowedOrigins: readonly string[],
): void => {
  const origin = event.headers.origin;
  const ownOrigins = [new URL(publicUrl).origin, ...allowedOrigins];
  const sameHost = origin !== undefined && origin.replace(/^https?:\/\//, '') === event.headers.host;
  const known = origin !== undefined && (ownOrigins.includes(origin) || sameHost);
  if (origin !== undefined && !known) throw new MediaError('CROSS_SITE', 'Cross-site request refused');
  const site = event.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !known) {
    throw new MediaError('CROSS_SITE', 'Cross-site request refused');
  }
};

/** The refresh token of a request: from its body, or else from the cookie. Two different ones are refused. */
export const refreshTokenOf = (
  event: Pick<APIGatewayProxyEventV2, 'cookies'>,
  sent: string | undefined,
): string | undefined => {
  const cookie = cookieValue(event.cookies ?? [], REFRESH_COOKIE);
  if (sent !== undefined && cookie && cookie !== sent) {
    throw new MediaError('AMBIGUOUS_CREDENTIALS', 'Send the refresh token either as a cookie or in the body, not both');
  }
  return sent ?? cookie;
};

/** Cookies of a login. `Secure` is left out for plain http alone, which only the local runtime on loopback speaks. */
export const loginCookies = (
  publicUrl: string,
  { session, refreshToken, maxAge }: { session: string; refreshToken: string; maxAge: number },
): readonly string[] => {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${publicUrl.startsWith('https:') ? '; Secure' : ''}`;
  return [`${SESSION_COOKIE}=${session}; ${attributes}`, `${REFRESH_COOKIE}=${refreshToken}; ${attributes}`];
};

export const logoutCookies = (publicUrl: string): readonly string[] =>
  loginCookies(publicUrl, { session: '', refreshToken: '', maxAge: 0 });
