import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';

type CookieEvent = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>;

/** The cookies of this API, by the names in its references. */
export type CookieName = 'session' | 'refreshToken' | 'device';

/**
 * Browsers accept a cookie of this name only over TLS, and only from the host to which it returns (RFC 6265bis, section
 * 4.1.3.2). A page of a sibling subdomain can set `session` for the whole domain, and never this one.
 */
const HOST_PREFIX = '__Host-';

/** Plain http is only used on loopback, where no browser accepts a prefixed cookie and none needs TLS by a header. */
export const isOverTls = (publicUrl: string): boolean => publicUrl.startsWith('https:');

/** Every browser that keeps the prefix sends this header over TLS; scripts that follow the references send neither. */
const isFromBrowser = ({ headers }: CookieEvent): boolean => headers['sec-fetch-site'] !== undefined;

/**
 * The value of a cookie. Over TLS a browser's plain cookie is ignored, because another host may have set it. Throws when the
 * cookie came twice with two values: it is unknown which one this API set.
 */
export const cookieValue = (event: CookieEvent, name: CookieName, publicUrl: string): string | undefined => {
  const [value, another] = valuesOf(event, name, publicUrl);
  if (another === undefined) return value;
  throw new MediaError('AMBIGUOUS_CREDENTIALS', `Send one ${name} cookie, not several`);
};

/** The session token of the browser. If there are several, none counts, so that a planted one does not prevent a sign-in. */
export const deviceToken = (event: CookieEvent, publicUrl: string): string | undefined => {
  const values = valuesOf(event, 'device', publicUrl);
  return values.length === 1 ? values[0] : undefined;
};

const valuesOf = (event: CookieEvent, name: CookieName, publicUrl: string): readonly string[] => {
  if (!isOverTls(publicUrl)) return sent(event, name);
  const own = sent(event, `${HOST_PREFIX}${name}`);
  return own.length > 0 || isFromBrowser(event) ? own : sent(event, name);
};

const sent = ({ cookies = [] }: CookieEvent, name: string): readonly string[] => {
  const start = `${name}=`;
  const values = cookies.filter((cookie) => cookie.startsWith(start)).map((cookie) => cookie.slice(start.length));
  return [...new Set(values.filter((value) => value !== ''))];
};

/** A cookie as an answer sets it, for its name and over TLS for its prefixed name as well. */
const setCookie = (publicUrl: string, name: CookieName, value: string, maxAge: number): readonly string[] => {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
  if (!isOverTls(publicUrl)) return [`${name}=${value}; ${attributes}`];
  return [name, `${HOST_PREFIX}${name}`].map((each) => `${each}=${value}; ${attributes}; Secure`);
};

/** Cookies of a login. */
export const loginCookies = (
  publicUrl: string,
  { session, refreshToken, maxAge }: { session: string; refreshToken: string; maxAge: number },
): readonly string[] => [
  ...setCookie(publicUrl, 'session', session, maxAge),
  ...setCookie(publicUrl, 'refreshToken', refreshToken, maxAge),
];

/** Removes the cookies of a login. The device stays known. */
export const logoutCookies = (publicUrl: string): readonly string[] =>
  loginCookies(publicUrl, { session: '', refreshToken: '', maxAge: 0 });

/** The cookie by which a device stays known after the login, see `device-tokens.ts`. */
export const deviceCookies = (publicUrl: string, device: string, maxAge: number): readonly string[] =>
  setCookie(publicUrl, 'device', device, maxAge);

/**
 * Cookies that open pictures at the edge, which reads them; this API does not. Only requests for those pictures carry them, and
 * only those that a page of this host sends.
 */
export const pictureCookies = (
  publicUrl: string,
  { path, values }: { readonly path: string; readonly values: Readonly<Record<string, string>> },
  maxAge: number,
): readonly string[] => {
  const secure = isOverTls(publicUrl) ? '; Secure' : '';
  return Object.entries(values).map(
    ([name, value]) => `${name}=${value}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure}`,
  );
};
