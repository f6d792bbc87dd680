import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import { credentialOf, refuseCrossSite } from './credentials.ts';
import { dialects } from './dialects.ts';
import { logFault, logRequest } from './log.ts';
import type { Reply, Route } from './route.ts';
import { parse } from './validation.ts';

/** What `serve` needs of the composition root. */
export interface Surroundings {
  readonly publicUrl: string;
  readonly settings: Pick<Settings, 'allowedOrigins'>;
  readonly authenticate: Authenticate;
}

/** Answers who holds a credential, or throws `UNAUTHORIZED`. `fresh` forbids answers from memory. */
export type Authenticate = (
  credential: NonNullable<ReturnType<typeof credentialOf>>,
  options: { fresh: boolean },
) => Promise<Principal>;

/** A JSON body beyond this is nothing that any route takes. */
const BODY_LIMIT = 256 * 1024;
const ID = /^[\w-]{1,64}$/;

interface Exchange {
  route: Route<unknown, unknown>;
  principal: Principal | undefined;
  input: unknown;
}

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;
type UseCase<Input, Output> = (call: { input: Input; principal: never }) => Promise<Output>;

/**
 * The one HTTP wrapper: finds the route, authenticates, checks the scope, parses, calls the use case, words the answer or
 * the error in the route's dialect, and logs one line.
 */
export const serve = <Input, Output>(
  useCase: UseCase<Input, Output>,
  routes: readonly Route<Input, Output>[],
  surroundings: Surroundings,
): ((event: Event, context: never) => Promise<Result>) => {
  const table = new Map(routes.map((entry) => [`${entry.method} ${entry.path}`, entry as Route<unknown, unknown>]));
  const exchanges = new WeakMap<object, Exchange>();

  const routeOf = (event: Event): Route<unknown, unknown> => {
    const found = table.get(event.routeKey);
    if (!found) throw new Error(`route ${event.routeKey} is wired to a function that does not serve it`);
    return found;
  };

  return middy<Event, Result>()
    .use(requestLine(exchanges))
    .use(errorsIn(routeOf))
    .use({
      before: async ({ event }) => {
        const route = routeOf(event);
        const principal = await admit(event, route, surroundings);
        exchanges.set(event, { route, principal, input: route.input(partsOf(event, route)) });
      },
    })
    .handler(async (event) => {
      const { route, principal, input } = exchanges.get(event) as Exchange;
      const output = await useCase({ input: input as Input, principal: principal as never });
      return render(route.reply(output, { publicUrl: surroundings.publicUrl }), event);
    }) as unknown as (event: Event, context: never) => Promise<Result>;
};

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

const admit = async (
  event: Event,
  { access, dialect }: Route<unknown, unknown>,
  { authenticate, publicUrl, settings }: Surroundings,
): Promise<Principal | undefined> => {
  if (access === 'public') return undefined;
  const credential = credentialOf(event);
  if (!credential) {
    if (access === 'optional') return undefined;
    throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  }
  const write = isWrite(event.requestContext.http.method);
  if (write && credential.kind === 'session') refuseCrossSite(event, publicUrl, settings.allowedOrigins);
  const principal = await authenticate(credential, { fresh: write });
  if (access !== 'optional' && access !== 'signed-in' && !principal.scopes.has(access)) {
    const name = dialects[dialect].scopeName(access);
    throw new MediaError('FORBIDDEN', `Insufficient permissions - ${name} scope required`);
  }
  return principal;
};

const partsOf = (event: Event, { query, body, subject }: Route<unknown, unknown>) => {
  const path = event.pathParameters ?? {};
  if (path.id !== undefined && !ID.test(path.id)) throw notFound(subject);
  return {
    event,
    path,
    query: query && parse(query, event.queryStringParameters ?? {}, 'Invalid query parameters'),
    body: body && parse(body, jsonBody(event), 'Invalid request body'),
  };
};

const jsonBody = (event: Event): unknown => {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (text.length > BODY_LIMIT)
    throw new MediaError('TOO_LARGE', `Request body too large: at most ${BODY_LIMIT} bytes`);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MediaError('INVALID_JSON', 'The request body is not valid JSON', { cause });
  }
};

const STANDING_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

const render = ({ status, body, headers, cookies }: Reply, event: Event): Result => ({
  statusCode: status,
  headers: {
    ...STANDING_HEADERS,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    'x-request-id': event.requestContext.requestId,
    ...headers,
  },
  ...(cookies ? { cookies: [...cookies] } : {}),
  body: body === undefined ? '' : JSON.stringify(body),
});

/** Words an error in the route's dialect. What is no `MediaError` is a bug: logged whole, answered without a detail. */
const errorsIn = (routeOf: (event: Event) => Route<unknown, unknown>): middy.MiddlewareObj<Event, Result> => ({
  onError: (request) => {
    const { event, error } = request;
    const route = routeOf(event);
    const refusal =
      error instanceof MediaError ? error : new MediaError('INTERNAL', route.failure, { cause: error ?? undefined });
    if (refusal !== error) logFault(event.requestContext.requestId, error);
    const headers: Record<string, string> =
      refusal.retryAfter === undefined ? {} : { 'retry-after': String(refusal.retryAfter) };
    request.response = render({ status: refusal.status, body: dialects[route.dialect].error(refusal), headers }, event);
  },
});

const requestLine = (exchanges: WeakMap<object, Exchange>): middy.MiddlewareObj<Event, Result> => {
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
