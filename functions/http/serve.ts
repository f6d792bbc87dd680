import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { MediaError, notFound } from '../domain/errors.ts';
import { insufficient, type Principal, teamsWith } from '../domain/principal.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Settings } from '../domain/settings.ts';
import { logFault, logRequest } from '../shared/log.ts';
import { BODY_LIMIT, bodyTooLarge } from './body-limit.ts';
import { countCalls, countInput, countOutput } from './cost.ts';
import { credentialOf, refuseCrossSite } from './credentials.ts';
import type { Dialect, DialectName } from './dialect.ts';
import type { FormEvent } from './form-event.ts';
import { type IdempotencyStore, idempotencyKey, type KeyedCall, keyedCall, once } from './idempotency.ts';
import type { RateLimiter, RateLimitStatus } from './rate-limit.ts';
import { render } from './render.ts';
import type { Access, Reply, Route } from './route.ts';
import { parse } from './validation.ts';

/** What `serve` needs of the composition root. */
export interface ApiContext {
  readonly publicUrl: string;
  readonly settings: Pick<Settings, 'allowedOrigins' | 'uploadsEnabled'>;
  readonly authenticate: Authenticate;
  readonly limit: RateLimiter;
  readonly idempotency: IdempotencyStore;
  /** The APIs whose routes are served: what each takes for a credential, and how it words its errors. */
  readonly dialects: Readonly<Record<DialectName, Dialect>>;
}

/**
 * Answers who holds a credential, or throws `UNAUTHORIZED`. `fresh` forbids answers from memory; `teamId` narrows the
 * answer to one team, and is `NOT_FOUND` for callers outside of it.
 */
export type Authenticate = (
  credential: NonNullable<ReturnType<typeof credentialOf>>,
  options: { fresh: boolean; teamId?: string | undefined },
) => Promise<Principal>;

const ID = /^[\w-]{1,64}$/;

interface RequestState {
  route: Route<unknown, unknown>;
  principal: Principal | undefined;
  input: unknown;
}

type Event = FormEvent;
type Result = APIGatewayProxyStructuredResultV2;
type Handler = (event: Event, context: never) => Promise<Result>;
type UseCase<Input, Output> = (call: {
  input: Input;
  principal: never;
  millisecondsLeft?: (() => number) | undefined;
}) => Promise<Output>;

/** A use case and one of its routes, for a function that has several. */
export interface Binding {
  readonly useCase: UseCase<unknown, unknown>;
  readonly route: Route<unknown, unknown>;
}

/** Ties a use case to a route that leads to it. */
export const bindRoute = <Input, Output>(useCase: UseCase<Input, Output>, route: Route<Input, Output>): Binding =>
  ({ useCase, route }) as Binding;

/** A function with one use case, whichever of these routes leads to it. */
export const serve = <Input, Output>(
  useCase: UseCase<Input, Output>,
  routes: readonly Route<Input, Output>[],
  api: ApiContext,
): Handler =>
  serveAll(
    routes.map((route) => bindRoute(useCase, route)),
    api,
  );

/** An answer at the last moment would leave the call at work behind it; Lambda ends what is out of time, and all of it. */
const NEVER_EARLY = 0;

/**
 * The one HTTP wrapper: finds the route, authenticates, checks the scope, parses, calls the use case, words the answer or
 * the error in the route's dialect, and logs one line.
 */
export const serveAll = (served: readonly Binding[], api: ApiContext): Handler => {
  const table = new Map(served.map((entry) => [`${entry.route.method} ${entry.route.path}`, entry]));
  const exchanges = new WeakMap<object, RequestState>();
  const standings: Standings = new WeakMap();
  const count: Count = async (event, principal, calls) => {
    const { sourceIp } = event.requestContext.http;
    const note = (standing: RateLimitStatus) => standings.set(event, standing);
    await countCalls(api.limit, { principal, sourceIp, note }, calls);
  };

  const servedBy = (event: Event): Binding => {
    const found = table.get(event.routeKey);
    if (!found) throw new Error(`route ${event.routeKey} is wired to a function that does not serve it`);
    return found;
  };
  const routeOf = (event: Event): Route<unknown, unknown> => servedBy(event).route;

  return middy<Event, Result>({ timeoutEarlyInMillis: NEVER_EARLY })
    .use(requestLine(exchanges))
    .use(errorsIn(routeOf, standings, api))
    .use({
      before: async ({ event }) => {
        const route = routeOf(event);
        const principal = await admit(event, route, api, count);
        if (principal) event.admitted?.(principal);
        await readBody(event);
        const input = route.input(await partsOf(event, route, api));
        await countInput(route, input, standings.get(event), (calls) => count(event, principal, calls));
        exchanges.set(event, { route, principal, input });
      },
    })
    .handler(async (event, context: Partial<Context>) => {
      const { route, principal, input } = exchanges.get(event) as RequestState;
      const millisecondsLeft = context.getRemainingTimeInMillis;
      const answer = async (): Promise<Reply> => {
        const output = await servedBy(event).useCase({ input, principal: principal as never, millisecondsLeft });
        await countOutput(route, output, standings.get(event), (calls) => count(event, principal, calls));
        return route.reply(output, { publicUrl: api.publicUrl });
      };
      const key = route.idempotent && principal && idempotencyKey(event);
      const reply = key ? await answerOnce(api.idempotency, keyedCall(event, principal, key), answer) : await answer();
      return render(reply, event, { standing: standings.get(event), publicUrl: api.publicUrl });
    }) as unknown as Handler;
};

const isWrite = ({ method, writes }: Pick<Route, 'method' | 'writes'>): boolean =>
  writes === true || (method !== 'GET' && method !== 'HEAD');
const isCookie = ({ kind }: { kind: string }): boolean => kind === 'session' || kind === 'refresh';

type Standings = WeakMap<object, RateLimitStatus>;
type Count = (event: Event, principal: Principal | undefined, calls?: number) => Promise<void>;

/** Who calls: identified, within the limits, and with the scope of the route. */
const admit = async (
  event: Event,
  route: Route<unknown, unknown>,
  api: ApiContext,
  count: Count,
): Promise<Principal | undefined> => {
  let principal: Principal | undefined;
  try {
    principal = await identify(event, route, api);
  } catch (error) {
    // A caller that tries out credentials is counted by address, as a stranger.
    if (error instanceof MediaError && error.status < 500) await count(event, undefined);
    throw error;
  }
  await count(event, principal);
  const admitted = principal && withScope(principal, route);
  if (route.needsUploads && !api.settings.uploadsEnabled) {
    throw new MediaError('UPLOADS_OFF', 'This service is not handling file uploads.');
  }
  return admitted;
};

const identify = async (
  event: Event,
  route: Route<unknown, unknown>,
  { authenticate, dialects, publicUrl, settings }: ApiContext,
): Promise<Principal | undefined> => {
  const { access, dialect } = route;
  const write = isWrite(route);
  if (access === 'public') {
    // No credential guards it, but it may set cookies: another site must not log its visitors in, nor refresh them.
    if (write) refuseCrossSite(event, publicUrl, settings.allowedOrigins);
    return undefined;
  }
  const credential = credentialOf(event, publicUrl, dialects[dialect].credentials);
  if (!credential && access !== 'optional') throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  // Without a credential it may set cookies as well, as above.
  if (write && (!credential || isCookie(credential))) refuseCrossSite(event, publicUrl, settings.allowedOrigins);
  if (!credential) return undefined;
  try {
    return await authenticate(credential, { fresh: write, teamId: event.headers['x-team-id'] });
  } catch (error) {
    // A browser goes on sending a cookie whose session is over, without being asked; a header was set on purpose.
    if (access === 'optional' && isCookie(credential) && isUnauthorized(error)) return undefined;
    throw error;
  }
};

const isUnauthorized = (error: unknown): boolean => error instanceof MediaError && error.code === 'UNAUTHORIZED';

/** The principal, told which scope the route asks for; throws when no team gives it. */
const withScope = (principal: Principal, { access, alsoFor, scopeIn }: Route<unknown, unknown>): Principal => {
  if (!isScope(access)) return principal;
  const anywhere = (scope: Scope): boolean => teamsWith(principal, scope).length > 0;
  const held =
    scopeIn === 'found'
      ? anywhere(access) || (alsoFor !== undefined && anywhere(alsoFor))
      : principal.scopes.has(access);
  if (!held) throw insufficient(access);
  return { ...principal, needs: access };
};

const answerOnce = async (store: IdempotencyStore, call: KeyedCall, answer: () => Promise<Reply>): Promise<Reply> => {
  const given = await once(store, call, async () => {
    const { status, body } = await answer();
    return { status, body: JSON.stringify(body) };
  });
  const reply = { status: given.status, body: JSON.parse(given.body) as unknown };
  return given.again ? { ...reply, headers: { 'idempotency-replayed': 'true' } } : reply;
};

const isScope = (access: Access): access is Scope =>
  access !== 'public' && access !== 'optional' && access !== 'signed-in';

/** Reads a body that waits for its caller to be admitted; every other event has it already. */
const readBody = async (event: Event): Promise<void> => {
  if (!event.whole) return;
  event.body = (await event.whole()).toString('base64');
  event.isBase64Encoded = true;
};

/** A route that documents no parameter refuses each; silence would leave a caller with a misspelt one in the dark. */
const NO_QUERY = z.strictObject({});

const partsOf = async (
  event: Event,
  route: Route<unknown, unknown>,
  { dialects, publicUrl }: Pick<ApiContext, 'dialects' | 'publicUrl'>,
) => {
  const { query, body, form, subject, bodyLimit = BODY_LIMIT } = route;
  const path = event.pathParameters ?? {};
  if (path.id !== undefined && !ID.test(path.id)) throw dialects[route.dialect].invalidId?.() ?? notFound(subject);
  return {
    event,
    publicUrl,
    path,
    query: parse(query ?? NO_QUERY, event.queryStringParameters ?? {}, 'Invalid query parameters'),
    body: body && parse(body, (await form?.(event)) ?? jsonBody(event, bodyLimit), 'Invalid request body'),
  };
};

/** JSON can spell half of a surrogate pair, which is no text that any store takes. */
const HALF_A_CHARACTER = /\\ud[89a-f]/i;
const refuseHalfCharacters = (key: string, value: unknown): unknown => {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw new SyntaxError('lone surrogate');
  return value;
};

const jsonBody = (event: Event, most: number): unknown => {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (text.length > most) throw bodyTooLarge(most);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text, HALF_A_CHARACTER.test(text) ? refuseHalfCharacters : undefined);
  } catch (cause) {
    throw new MediaError('INVALID_JSON', 'The request body is not valid JSON', { cause });
  }
};

const failureOf = ({ failure }: Route<unknown, unknown>, error: unknown): string =>
  typeof failure === 'string' ? failure : failure(error);

/** Words an error in the route's dialect. What is no `MediaError` is a bug: logged whole, answered without a detail. */
const errorsIn = (
  routeOf: (event: Event) => Route<unknown, unknown>,
  standings: Standings,
  { dialects, publicUrl }: Pick<ApiContext, 'dialects' | 'publicUrl'>,
): middy.MiddlewareObj<Event, Result> => ({
  onError: (request) => {
    const { event, error } = request;
    const route = routeOf(event);
    const refusal =
      error instanceof MediaError
        ? error
        : new MediaError('INTERNAL', failureOf(route, error), { cause: error ?? undefined });
    if (!(error instanceof MediaError)) logFault(event.requestContext.requestId, error);
    const headers: Record<string, string> =
      refusal.retryAfter === undefined ? {} : { 'retry-after': String(refusal.retryAfter) };
    const refused = dialects[route.dialect].refuse(refusal);
    request.response = render({ ...refused, headers }, event, { standing: standings.get(event), publicUrl });
  },
});

const requestLine = (exchanges: WeakMap<object, RequestState>): middy.MiddlewareObj<Event, Result> => {
  const started = new WeakMap<object, number>();
  const finish = ({ event, response, error }: middy.Request<Event, Result>): void => {
    const principal = exchanges.get(event)?.principal;
    logRequest({
      requestId: event.requestContext.requestId,
      route: event.routeKey,
      status: response?.statusCode ?? 500,
      milliseconds: Math.round(performance.now() - (started.get(event) ?? performance.now())),
      userId: principal?.userId,
      teamId: principal?.teamId,
      code: error instanceof MediaError ? error.code : undefined,
    });
  };
  return {
    before: ({ event }) => {
      started.set(event, performance.now());
    },
    after: finish,
    onError: finish,
  };
};
