import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';

type CookieEvent = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>;

/** The cookies of this API, by the names that its references give them. */
export type CookieName = 'session' | 'refreshToken' | 'device';

/**
 * Browsers take a cookie of this name only over TLS, from the very host that it goes back to (RFC 6265bis, section 4.1.3.2). A
 * page of a sibling subdomain can set `session` for the whole domain, and never this one.
 */
const HOST_PREFIX = '__Host-';

/** Plain http is spoken on loopback alone, where no browser takes a prefixed cookie and none needs TLS by a header. */
export const isOverTls = (publicUrl: string): boolean => publicUrl.startsWith('https:');

/** Every browser that keeps the prefix sends this header over TLS; scripts that follow the references send neither. */
const isFromBrowser = ({ headers }: CookieEvent): boolean => headers['sec-fetch-site'] !== undefined;

/**
 * The value of a cookie. Over TLS a browser's plain cookie does not count, because another host may have set it. Throws when
 * the cookie came twice with two values: which of them the browser was given by this API cannot be told.
 */
export const cookieValue = (event: CookieEvent, name: CookieName, publicUrl: string): string | undefined => {
  if (!isOverTls(publicUrl)) return theOnly(event, name);
  return theOnly(event, `${HOST_PREFIX}${name}`) ?? (isFromBrowser(event) ? undefined : theOnly(event, name));
};

const theOnly = ({ cookies = [] }: CookieEvent, name: string): string | undefined => {
  const start = `${name}=`;
  const sent = cookies.filter((cookie) => cookie.startsWith(start)).map((cookie) => cookie.slice(start.length));
  const values = new Set(sent.filter((value) => value !== ''));
  if (values.size > 1) throw new MediaError('AMBIGUOUS_CREDENTIALS', `Send one ${name} cookie, not several`);
  return [...values][0];
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

/** Takes the cookies of a login away. The device stays known. */
export const logoutCookies = (publicUrl: string): readonly string[] =>
  loginCookies(publicUrl, { session: '', refreshToken: '', maxAge: 0 });
