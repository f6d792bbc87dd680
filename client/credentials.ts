import type { Answer, Credentials } from './api.ts';
import { MediashelfError } from './errors.ts';

/** What keeps somebody signed in. A refresh token works once: keep the new pair, forget the old one. */
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
  /** What an earlier login gave. */
  readonly tokens?: Tokens | undefined;
  /** A page of the API's own site is signed in by the cookie of its login. */
  readonly cookies?: boolean | undefined;
  /**
   * Gets new tokens, in place of the exchange that the client does by itself; undefined when there are none to get. Whoever
   * shares a login with other programs looks first whether one of them was here before.
   */
  readonly refresh?: ((former: Tokens | undefined, exchange: Exchange) => Promise<Tokens | undefined>) | undefined;
  /** Told of new tokens, for whoever keeps them. */
  readonly onTokens?: ((tokens: Tokens) => void) | undefined;
}

export type LoggedIn = Answer<'POST /api/v1/auth/login'>;

export interface Session extends Credentials {
  login(email: string, password: string): Promise<LoggedIn>;
}

const REFRESH_COOKIE = /^refreshToken=([^;]+)/;

/** The refresh token of an answer, where its cookies can be read: outside of browsers. */
const refreshTokenOf = ({ headers }: Response): string | undefined =>
  (headers.getSetCookie?.() ?? []).flatMap((cookie) => REFRESH_COOKIE.exec(cookie)?.[1] ?? [])[0];

/** Signs in and stays signed in: by an API key, by the tokens of a login, or by the browser's cookie. */
export const openSession = (
  url: string,
  { apiKey, tokens: given, cookies = false, refresh, onTokens }: CredentialOptions,
  fetch: typeof globalThis.fetch,
): Session => {
  let tokens = given;
  const keep = (fresh: Tokens): void => {
    tokens = fresh;
    onTokens?.(fresh);
  };

  const exchange = async (path: string, body: unknown): Promise<LoggedIn | undefined> => {
    const response = await fetch(`${url}/api/v1/auth/${path}`, {
      method: 'POST',
      credentials: cookies ? 'same-origin' : 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status === 401) return undefined;
    const { data, error } = (await response.json().catch(() => ({}))) as { data?: LoggedIn; error?: string };
    if (!data) {
      const { status } = response;
      throw new MediashelfError(`HTTP_${status}`, error ?? `The server answered ${status}`, { status });
    }
    if (!cookies) keep({ accessToken: data.accessToken, refreshToken: refreshTokenOf(response) });
    return data;
  };

  return {
    token: () => apiKey ?? tokens?.accessToken,
    login: async (email, password) => {
      const loggedIn = await exchange('login', { email, password });
      if (loggedIn) return loggedIn;
      throw new MediashelfError('HTTP_401', 'Wrong e-mail address or password', { status: 401 });
    },
    refresh: async () => {
      if (refresh) {
        const fresh = await refresh(tokens, async (refreshToken) => {
          const isExchanged = await exchange('refresh', { refreshToken });
          return isExchanged ? tokens : undefined;
        });
        if (fresh && fresh !== tokens) keep(fresh);
        return fresh !== undefined;
      }
      if (apiKey !== undefined || !(cookies || tokens?.refreshToken)) return false;
      const body = cookies ? {} : { refreshToken: tokens?.refreshToken };
      return (await exchange('refresh', body).catch(() => undefined)) !== undefined;
    },
  };
};
