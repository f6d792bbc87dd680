import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { KeyedWork } from '../domain/call.ts';
import { diskFull, isDiskFull, MediaError } from '../domain/errors.ts';
import { type Principal, teamsWith } from '../domain/principal.ts';
import { logFault, logRequest } from '../shared/log.ts';
import { admit, type Count } from './admit.ts';
import type { ApiContext } from './api-context.ts';
import { readEdge } from './behind-edge.ts';
import { countCalls, countInput, countOutput } from './cost.ts';
import type { FormEvent } from './form-event.ts';
import { type IdempotencyStore, idempotencyKey, type KeyedCall, keyedCall, once } from './idempotency.ts';
import type { RateLimitStatus } from './rate-limit.ts';
import { partsOf, readBody } from './read-request.ts';
import { render } from './render.ts';
import type { Reply, Route } from './route.ts';

interface RequestState {
  route: Route<unknown, unknown>;
  principal: Principal | undefined;
  input: unknown;
}

type Event = FormEvent;
type Standings = WeakMap<object, RateLimitStatus>;
type Result = APIGatewayProxyStructuredResultV2;
type Handler = (event: Event, context: never) => Promise<Result>;
type UseCase<Input, Output> = (call: {
  input: Input;
  principal: never;
  millisecondsLeft?: (() => number) | undefined;
  keyed?: KeyedWork | undefined;
}) => Promise<Output>;

/** A use case and one of its routes, for a function that has several. */
export interface Binding {
  readonly useCase: UseCase<unknown, unknown>;
  readonly route: Route<unknown, unknown>;
}

/** Ties a use case to a route that leads to it. */
export const bindRoute = <Input, Output>(useCase: UseCase<Input, Output>, route: Route<Input, Output>): Binding =>
  ({ useCase, route }) as Binding;

/** A function with one use case, for any of these routes. */
export const serve = <Input, Output>(
  useCase: UseCase<Input, Output>,
  routes: readonly Route<Input, Output>[],
  api: ApiContext,
): Handler =>
  serveAll(
    routes.map((route) => bindRoute(useCase, route)),
    api,
  );

/**
 * Answering at the last moment would leave the call running in the background; Lambda ends an invocation that is out of time,
 * with everything in it.
 */
const NEVER_EARLY = 0;

/**
 * The one HTTP wrapper: finds the route, authenticates, checks the scope, parses, calls the use case, renders the answer or the
 * error in the route's dialect, and logs one line.
 */
export const serveAll = (served: readonly Binding[], api: ApiContext): Handler => {
  const table = new Map(served.map((entry) => [`${entry.route.method} ${entry.route.path}`, entry]));
  const exchanges = new WeakMap<object, RequestState>();
  const standings: Standings = new WeakMap();
  const count: Count = async (event, principal, calls) => {
    const { sourceIp } = event.requestContext.http;
    const note = (standing: RateLimitStatus) => standings.set(event, standing);
    await countCalls(api.limit, { principal, sourceIp, note, endsAccess: routeOf(event).endsAccess }, calls);
  };

  const servedBy = (event: Event): Binding => {
    const found = table.get(event.routeKey);
    if (!found) throw new Error(`route ${event.routeKey} is wired to a function that does not serve it`);
    return found;
  };
  const routeOf = (event: Event): Route<unknown, unknown> => servedBy(event).route;

  return middy<Event, Result>({ timeoutEarlyInMillis: NEVER_EARLY })
    .use({ before: ({ event }) => readEdge(event, api.edge ?? []) })
    .use(requestLine(exchanges))
    .use(errorsIn(routeOf, standings, api))
    .use({
      before: async ({ event }) => {
        const route = routeOf(event);
        const principal = await admit(event, route, api, count);
        if (principal) event.admitted?.(principal);
        await readBody(event, route);
        const input = route.input(await partsOf(event, route, api));
        await countInput(route, input, standings.get(event), (calls) => count(event, principal, calls));
        exchanges.set(event, { route, principal, input });
      },
    })
    .handler(async (event, context: Partial<Context>) => {
      const { route, principal, input } = exchanges.get(event) as RequestState;
      const millisecondsLeft = context.getRemainingTimeInMillis;
      const answer = async (keyed?: KeyedWork): Promise<Reply> => {
        const output = await servedBy(event).useCase({ input, principal: principal as never, millisecondsLeft, keyed });
        await countOutput(route, output, standings.get(event), (calls) => count(event, principal, calls));
        return asFarAsSeen(route.reply(output, api), route, { event, principal, api });
      };
      const key = route.idempotent && principal && idempotencyKey(event);
      const reply = key ? await answerOnce(api.idempotency, keyedCall(event, principal, key), answer) : await answer();
      return render(reply, event, { standing: standings.get(event), publicUrl: api.publicUrl });
    }) as unknown as Handler;
};

interface Seeing {
  readonly event: Event;
  readonly principal: Principal | undefined;
  readonly api: Pick<ApiContext, 'dialects'>;
}

/** An answer without what its caller may not see: a key may change things by their ids and not be let to read any. */
const asFarAsSeen = (
  reply: Reply,
  { readsBack, dialect }: Pick<Route<unknown, unknown>, 'readsBack' | 'dialect'>,
  { event, principal, api: { dialects } }: Seeing,
): Reply => {
  if (!readsBack || !principal || teamsWith(principal, 'media:read').length > 0) return reply;
  return { ...reply, body: dialects[dialect].changed?.(event.pathParameters?.id ?? '') };
};

const answerOnce = async (
  store: IdempotencyStore,
  call: KeyedCall,
  answer: (keyed: KeyedWork) => Promise<Reply>,
): Promise<Reply> => {
  const given = await once(store, call, async (keyed) => {
    const { status, body } = await answer(keyed);
    return { status, body: JSON.stringify(body) };
  });
  const reply = { status: given.status, body: JSON.parse(given.body) as unknown };
  return given.again ? { ...reply, headers: { 'idempotency-replayed': 'true' } } : reply;
};

const failureOf = ({ failure }: Route<unknown, unknown>, error: unknown): string =>
  typeof failure === 'string' ? failure : failure(error);

const refusalOf = (error: unknown, route: Route<unknown, unknown>): MediaError => {
  if (error instanceof MediaError) return error;
  if (isDiskFull(error)) return diskFull(error);
  return new MediaError('INTERNAL', failureOf(route, error), { cause: error ?? undefined });
};

/**
 * Renders an error in the route's dialect. An error that is no `MediaError` is a bug: logged whole, answered without a detail.
 */
const errorsIn = (
  routeOf: (event: Event) => Route<unknown, unknown>,
  standings: Standings,
  api: Pick<ApiContext, 'dialects' | 'publicUrl' | 'renditionAddress'>,
): middy.MiddlewareObj<Event, Result> => ({
  onError: (request) => {
    const { event, error } = request;
    const { dialects, publicUrl } = api;
    const route = routeOf(event);
    const refusal = refusalOf(error, route);
    if (!(error instanceof MediaError)) logFault(event.requestContext.requestId, error);
    const headers: Record<string, string> =
      refusal.retryAfter === undefined ? {} : { 'retry-after': String(refusal.retryAfter) };
    const refused = dialects[route.dialect].refuse(refusal, refusal.current && route.current?.(refusal.current, api));
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
