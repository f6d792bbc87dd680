import { type Answer, type Credentials, dataOf, refusalOf } from './api.ts';
import { MediashelfError, unanswered } from './errors.ts';
import { mayRepeat, type RetryPolicy, retrying } from './retry.ts';

/** The tokens of a login. A refresh token works once: keep the new pair, forget the old one. */
export interface Tokens {
  readonly accessToken: string;
  /** Undefined in browsers, which keep it in a cookie that no page can read. */
  readonly refreshToken?: string | undefined;
}

/** Gets new tokens for a refresh token, which is used up by that. */
export type Exchange = (refreshToken: string) => Promise<Tokens | undefined>;

export interface CredentialOptions {
  /** `sk_live_...` */
  readonly apiKey?: string | undefined;
  /** The tokens of an earlier login. */
  readonly tokens?: Tokens | undefined;
  /** A page of the API's own site is signed in by the cookie of its login. */
  readonly cookies?: boolean | undefined;
  /**
   * Gets new tokens, in place of the client's own exchange; undefined when there are none. A program that shares a login with
   * others first checks whether another one has refreshed it.
   */
  readonly refresh?: ((former: Tokens | undefined, exchange: Exchange) => Promise<Tokens | undefined>) | undefined;
  /** Called with new tokens, for a page or program that keeps them. */
  readonly onTokens?: ((tokens: Tokens) => void) | undefined;
}

export type LoggedIn = Answer<'POST /api/v1/auth/login'>;

export interface Session extends Credentials {
  login(email: string, password: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<LoggedIn>;
}

const REFRESH_COOKIE = /^refreshToken=([^;]+)/;

/** The refresh token of an answer, where its cookies can be read: outside of browsers. */
const refreshTokenOf = ({ headers }: Response): string | undefined =>
  (headers.getSetCookie?.() ?? []).flatMap((cookie) => REFRESH_COOKIE.exec(cookie)?.[1] ?? [])[0];

/**
 * A refresh token works once. For ten seconds more the server repeats its answer, since answers get lost; after that it treats
 * a reuse as theft, and ends the login. The first tries are over by then, and a third is running.
 */
const FIRST_DELAY_MS = 500;
const FIRST_TRIES_MS = 4_000;
const LATER_TRIES_MS = 15_000;

/** Signs in and stays signed in: by an API key, by the tokens of a login, or by the browser's cookie. */
export const openSession = (
  url: string,
  { apiKey, tokens: given, cookies = false, refresh, onTokens }: CredentialOptions,
  policy: RetryPolicy,
  fetch: typeof globalThis.fetch,
): Session => {
  let tokens = given;
  const keep = (fresh: Tokens): void => {
    tokens = fresh;
    onTokens?.(fresh);
  };

  /** Undefined if the refresh token is not valid (any longer). */
  const exchange = async (path: string, body: unknown, signal?: AbortSignal): Promise<LoggedIn | undefined> => {
    const response = await fetch(`${url}/api/v1/auth/${path}`, {
      method: 'POST',
      credentials: cookies ? 'same-origin' : 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      throw unanswered(error);
    });
    if (response.status === 401) return undefined;
    if (!response.ok) throw await refusalOf(response);
    const data = (await dataOf(response)) as LoggedIn;
    if (!cookies) keep({ accessToken: data.accessToken, refreshToken: refreshTokenOf(response) });
    return data;
  };

  const renew = (body: unknown, signal: AbortSignal): Promise<LoggedIn | undefined> => {
    let tries = 0;
    const once = (): Promise<LoggedIn | undefined> => {
      tries += 1;
      return exchange('refresh', body, AbortSignal.timeout(tries < 3 ? FIRST_TRIES_MS : LATER_TRIES_MS));
    };
    const { attempts, firstDelayMs } = policy;
    const quick = { ...policy, attempts: Math.max(3, attempts), firstDelayMs: Math.min(FIRST_DELAY_MS, firstDelayMs) };
    return retrying(once, { policy: quick, signal, mayRepeat: (error) => mayRepeat(error, true) });
  };

  return {
    token: () => apiKey ?? tokens?.accessToken,
    login: async (email, password, { signal } = {}) => {
      const loggedIn = await exchange('login', { email, password }, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
      if (loggedIn) return loggedIn;
      throw new MediashelfError('HTTP_401', 'Wrong e-mail address or password', { status: 401 });
    },
    refresh: async (signal) => {
      if (refresh) {
        const fresh = await refresh(tokens, async (refreshToken) => {
          const isExchanged = await renew({ refreshToken }, signal);
          return isExchanged ? tokens : undefined;
        });
        if (fresh && fresh !== tokens) keep(fresh);
        return fresh !== undefined;
      }
      if (apiKey !== undefined || !(cookies || tokens?.refreshToken)) return false;
      const body = cookies ? {} : { refreshToken: tokens?.refreshToken };
      return (await renew(body, signal)) !== undefined;
    },
  };
};
