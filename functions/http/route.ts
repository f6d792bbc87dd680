import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { MediaRecord, RenditionAddress } from '../domain/media.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Credential } from './credentials.ts';
import type { DialectName } from './dialect.ts';
import type { FormEvent } from './form-event.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The permitted callers: holders of a scope, every signed-in caller, or all (`optional` uses credentials if there are any). */
export type Access = Scope | 'signed-in' | 'optional' | 'public';

export interface Reply {
  readonly status: number;
  /** Sent as JSON; a reply without it has no body. */
  readonly body?: unknown;
  /** Sent as they are, in place of a JSON body; `headers` names their type. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** The dialect's input for an answer, beside the result. */
export interface ReplyContext {
  readonly publicUrl: string;
  /** Of the function that lists records; others show the stable addresses, which last. */
  readonly renditionAddress?: RenditionAddress | undefined;
}

type Schema = z.ZodMiniType | undefined;
type Parsed<S extends Schema> = S extends z.ZodMiniType ? z.output<S> : undefined;

export interface RouteParts<Query extends Schema, Body extends Schema> extends ReplyContext {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Parsed<Query>;
  readonly body: Parsed<Body>;
  readonly event: APIGatewayProxyEventV2 & Pick<FormEvent, 'behindEdge'>;
}

export interface RouteDefinition<Query extends Schema, Body extends Schema, Input, Output> {
  readonly method: Method;
  /** In API Gateway's form: `/api/v1/media/{id}`. */
  readonly path: string;
  /**
   * A summary of the call, for the OpenAPI document: it starts with a verb and has no full stop. No two of a dialect are alike.
   */
  readonly summary: string;
  readonly dialect: DialectName;
  /** The function that serves it: the name of its entry, for example `list-media`. */
  readonly operation: string;
  readonly access: Access;
  /**
   * Where the caller must hold the scope: in the team that the call writes to, or (`found`) in the team of the found item,
   * which is only known after it was read; the use case then has to call `admitTo`.
   */
  readonly scopeIn?: 'found';
  /** Another scope that opens the route, with `found`: the use case decides the rights of each of the two. */
  readonly alsoFor?: Scope;
  /** The item that a path parameter identifies, for the answer when it is missing: `Media not found`. */
  readonly subject?: string;
  /** Message of a 500; a function of the error if a reference has several. */
  readonly failure: string | ((error: unknown) => string);
  /** A GET with the effect of a write: the caller is looked up anew, and other sites cannot call it by cookie. */
  readonly writes?: true;
  /**
   * The credential that a public call exchanges. Its holder still has calls where others at the same address have used up those
   * of the address.
   */
  readonly exchanges?: (event: APIGatewayProxyEventV2, publicUrl: string) => Credential | undefined;
  /** Answered 503 when the settings switch uploads off. */
  readonly needsUploads?: true;
  /**
   * Ends the access of a credential or a person, or lists what can be ended. Counted for the caller's login alone, so that no
   * other credential of the person can use up the calls that end it.
   */
  readonly endsAccess?: true;
  /** Changes an item and answers it: a key without `media:read` gets the id alone. */
  readonly readsBack?: true;
  /** The largest JSON body, in bytes; 256 KB by default. */
  readonly bodyLimit?: number;
  /** Creates an item: a call with an `Idempotency-Key` is executed once, however often it is sent. */
  readonly idempotent?: true;
  /**
   * Takes `If-Match` with versions of the record. A call for another version is refused with the present record, as this shows
   * it.
   */
  readonly current?: (record: MediaRecord, context: ReplyContext) => unknown;
  /** Takes any query: a page of the browser reads it, not the function. */
  readonly anyQuery?: true;
  readonly query?: Query;
  readonly body?: Body;
  /** Reads a form into the JSON form of its body; undefined for a body that is no form. */
  readonly form?: (event: APIGatewayProxyEventV2) => Promise<unknown>;
  /** The number of calls that the request counts as; one by default. */
  readonly cost?: (input: Input) => number;
  /** The same by the answer, if the request does not show it. */
  readonly costOfAnswer?: (output: Output) => number;
  readonly input: (parts: RouteParts<Query, Body>) => Input;
  readonly reply: (output: Output, context: ReplyContext) => Reply;
}

/** A route as the wrapper sees it. The types of its parts are checked where it is defined. */
export interface Route<Input = never, Output = never>
  extends Omit<RouteDefinition<Schema, Schema, Input, Output>, 'input' | 'reply'> {
  // biome-ignore lint/suspicious/noExplicitAny: parts were typed by `route`; the wrapper passes what the schemas gave
  readonly input: (parts: any) => Input;
  readonly reply: (output: Output, context: ReplyContext) => Reply;
}

/**
 * One entry of the route table: who may call, what is sent, how it is translated to the use case and back.
 *
 * @example
 * export const getMedia = route({ method: 'GET', path: '/api/v1/media/{id}', summary: 'Get a record',
 *   dialect: 'v1', operation: 'get-media', access: 'media:read', failure: 'Failed to get media', input: ({ path }) => ({ id: path.id }), reply: ... });
 */
export const route = <Input, Output, Query extends Schema = undefined, Body extends Schema = undefined>(
  definition: RouteDefinition<Query, Body, Input, Output>,
): Route<Input, Output> => definition as unknown as Route<Input, Output>;
