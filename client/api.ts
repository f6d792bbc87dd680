import { KEYED, type Media, type Operations, type Versioned } from './api-types.ts';
import { MediashelfError, unanswered } from './errors.ts';
import { mayRepeat, type RetryPolicy, retryAfterOf, retrying, unlessAborted } from './retry.ts';

export type Route = keyof Operations;
export type Answer<R extends Route> = Operations[R]['answer'];
export type Body<R extends Route> = Operations[R]['body'];

type Input<R extends Route, Name extends 'path' | 'query' | 'body'> = undefined extends Operations[R][Name]
  ? { readonly [N in Name]?: Operations[R][N] }
  : { readonly [N in Name]: Operations[R][N] };

interface IfVersion {
  /** The version of the record that the change was made of: one that has another by now is left as it is (412). */
  readonly version?: number | undefined;
}

/** The input of a call: the placeholders of its path, its query, its body. */
export type CallOptions<R extends Route> = Input<R, 'path'> &
  Input<R, 'query'> &
  Input<R, 'body'> &
  (R extends Versioned ? IfVersion : unknown) & { readonly signal?: AbortSignal | undefined };

type Arguments<R extends Route> = Record<never, never> extends CallOptions<R> ? [CallOptions<R>?] : [CallOptions<R>];

/** Calls a route of the API by its name and answers the data of the envelope. */
export type Call = <R extends Route>(route: R, ...options: Arguments<R>) => Promise<Answer<R>>;

/** The credentials of the caller. */
export interface Credentials {
  /** The bearer token; undefined where the browser sends a cookie. */
  token(): string | undefined;
  /** Gets a new token after the old one was refused; false if there is none. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

export interface ApiOptions {
  readonly url: string;
  /** The team that calls are for, in place of the caller's default team. */
  readonly team: string | undefined;
  readonly credentials: Credentials;
  readonly policy: RetryPolicy;
  readonly fetch: typeof fetch;
}

interface Plain {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly version?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** POSTs without a key that are safe to repeat. */
const ENDS_ALIKE = /\/(?:sign|parts|complete|restore|tickets|login|undo)$/;

const mayBeRepeated = (route: string): boolean =>
  !route.startsWith('POST') || KEYED.includes(route) || ENDS_ALIKE.test(route);

/** The address of a call below the API's own. */
const addressOf = (path: string, placeholders: Plain['path'], query: Plain['query'] = {}): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(placeholders?.[name] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const texts = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
  return given.length === 0 ? filled : `${filled}?${new URLSearchParams(texts)}`;
};

interface Refusal {
  readonly error?: string;
  readonly details?: {
    readonly code?: string;
    readonly errors?: MediashelfError['fields'];
    readonly current?: Media;
  };
}

export const refusalOf = async (response: Response): Promise<MediashelfError> => {
  const { status, headers } = response;
  const { error, details } = (await response.json().catch(() => ({}))) as Refusal;
  return new MediashelfError(details?.code ?? `HTTP_${status}`, error ?? `The server answered ${status}`, {
    status,
    retryAfter: retryAfterOf(headers.get('retry-after')),
    fields: details?.errors ?? [],
    current: details?.current ?? null,
  });
};

/** The data in the envelope of an answer. */
export const dataOf = async (response: Response): Promise<unknown> => {
  const text = await response.text().catch((error: unknown) => {
    throw unanswered(error);
  });
  try {
    return (JSON.parse(text) as { data: unknown }).data;
  } catch (cause) {
    const { status } = response;
    throw new MediashelfError('UNEXPECTED', 'The server does not answer as the API does', { status, cause });
  }
};

export interface Api {
  readonly call: Call;
  /** A request to the API with the caller's credentials; answers a success of any status. */
  request(method: string, path: string, options?: Plain): Promise<Response>;
}

/** Gets new tokens: of concurrent refused calls, the first gets one for all; the exchange lasts as long as one of them waits. */
const refreshing = (credentials: Credentials): ((signal: AbortSignal | undefined) => Promise<boolean>) => {
  let exchange: { readonly done: Promise<boolean>; readonly stop: AbortController; waiting: number } | undefined;
  return async (signal) => {
    const stop = new AbortController();
    exchange ??= { done: credentials.refresh(stop.signal), stop, waiting: 0 };
    const mine = exchange;
    const forget = (): void => {
      if (exchange === mine) exchange = undefined;
    };
    mine.waiting += 1;
    try {
      return await unlessAborted(mine.done.finally(forget), signal);
    } finally {
      mine.waiting -= 1;
      if (mine.waiting === 0) {
        forget();
        mine.stop.abort();
      }
    }
  };
};

/** What a call sends; a POST that creates something has a key by which it may be repeated. */
interface Sent extends Plain {
  readonly key?: string | undefined;
}

interface ApiRequest extends RequestInit {
  readonly headers: Readonly<Record<string, string>>;
}

/** The request of a call, without the caller's credentials. */
const requestOf = (method: string, team: string | undefined, { body, version, signal, key }: Sent): ApiRequest => ({
  method,
  headers: {
    ...(team === undefined ? {} : { 'x-team-id': team }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  ...(signal ? { signal } : {}),
});

/**
 * The one path to the API: signs in, signs in again once, waits when the server asks for it, and repeats what may be repeated.
 */
export const openApi = ({ url, team, credentials, policy, fetch }: ApiOptions): Api => {
  const refreshed = refreshing(credentials);

  const once = async (address: string, init: ApiRequest): Promise<Response> => {
    const token = credentials.token();
    const response = await fetch(url + address, {
      ...init,
      // The token identifies the caller; a cookie beside it would be ignored.
      credentials: token === undefined ? 'same-origin' : 'omit',
      headers: {
        ...init.headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    }).catch((error: unknown) => {
      init.signal?.throwIfAborted();
      throw unanswered(error);
    });
    if (response.ok) return response;
    throw await refusalOf(response);
  };

  const send = <T>(
    method: string,
    path: string,
    sending: Sent,
    read: (response: Response) => Promise<T>,
  ): Promise<T> => {
    const { signal } = sending;
    const address = addressOf(path, sending.path, sending.query);
    const init = requestOf(method, team, sending);
    let isFresh = false;
    /** Why no new token came: the exchange has its own retries. */
    let failure: unknown;
    const sent = async (): Promise<T> => read(await once(address, init));
    const attempt = async (): Promise<T> => {
      try {
        return await sent();
      } catch (error) {
        if (isFresh || !(error instanceof MediashelfError) || error.status !== 401) throw error;
        isFresh = await refreshed(signal).catch((reason: unknown) => {
          failure = reason;
          throw reason;
        });
        if (!isFresh) throw error;
        return sent();
      }
    };
    const isRepeatable = mayBeRepeated(`${method} ${path}`);
    return retrying(attempt, {
      policy,
      signal,
      mayRepeat: (error) => error !== failure && mayRepeat(error, isRepeatable),
    });
  };

  const call = async (route: string, options: Plain = {}): Promise<unknown> => {
    const [method = '', path = ''] = route.split(' ');
    // If an answer got lost, repeating the call returns the first one.
    const key = KEYED.includes(route) ? crypto.randomUUID() : undefined;
    return send(method, path, { ...options, key }, dataOf);
  };
  const request: Api['request'] = (method, path, options = {}) =>
    send(method, path, options, async (response) => response);
  return { call: call as Call, request };
};
