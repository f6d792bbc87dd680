import * as z from 'zod/mini';
import type { Answer, DialectDocument } from '../dialects/common/dialect-document.ts';
import { dialects } from '../dialects/dialects.ts';
import type { CredentialKind } from '../http/credentials.ts';
import type { Route } from '../http/route.ts';
import { dialectDocuments } from './dialect-documents.ts';

type Json = Readonly<Record<string, unknown>>;

/** The fields of a route that a document describes. */
export type DocumentedRoute = Pick<
  Route,
  | 'method'
  | 'path'
  | 'summary'
  | 'dialect'
  | 'operation'
  | 'access'
  | 'alsoFor'
  | 'query'
  | 'body'
  | 'idempotent'
  | 'readsBack'
  | 'current'
>;

/** JSON Schema without the mark of its draft, which OpenAPI 3.1 has as its own default. */
const jsonSchema = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  // Rules in code (control characters, for example) have no JSON Schema; the rest of the schema says all that has one.
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  return json;
};

/** Query parameters are texts that are parsed to numbers: documents have the parsed type. */
const queryParameters = (query: z.ZodMiniType): readonly Json[] => {
  const { properties = {} } = jsonSchema(query, 'output') as { properties?: Record<string, Json> };
  const { required = [] } = jsonSchema(query, 'input') as { required?: readonly string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
    // Several values are told apart by commas, where OpenAPI takes a parameter for each of them.
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
  }));
};

const pathParameters = (path: string): readonly Json[] =>
  [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A repeated call with the same key and body is answered as the first one, for a day',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'The `ETag` of the record that was read: one that was changed since is left as it is (412)',
  schema: { type: 'string', maxLength: 1000 },
};

const TEAM: Json = {
  name: 'x-team-id',
  in: 'header',
  description: "The team that the call is for; without it, the caller's default team",
  schema: { type: 'string' },
};

const content = (type: string, schema: Json): Json => ({ content: { [type]: { schema } } });
const ref = (kind: 'schemas' | 'responses', name: string): Json => ({ $ref: `#/components/${kind}/${name}` });

const requestBody = (key: string, { body, dialect }: DocumentedRoute): Json => {
  const form = dialectDocuments[dialect].forms[key];
  if (form) return { requestBody: { required: true, ...content('multipart/form-data', form) } };
  if (!body) return {};
  // No body at all is read as an empty object.
  const required = !z.safeParse(body, {}).success;
  return { requestBody: { required, ...content('application/json', jsonSchema(body, 'input')) } };
};

const success = ({ status, data }: Answer, { envelope = (body) => body, schemas }: DialectDocument): Json => {
  if (status === 302) return { description: 'Redirects to a signed address that opens for minutes' };
  if (!data) return { description: 'Success' };
  const [name] = Object.entries(schemas).find(([, schema]) => schema === data) ?? [];
  const schema = name === undefined ? jsonSchema(data, 'output') : ref('schemas', name);
  return { description: 'Success', ...content('application/json', envelope(schema)) };
};

const ERRORS = {
  400: ['BadRequest', 'The body, query or header is invalid'],
  401: ['Unauthorized', 'No valid credential'],
  403: ['Forbidden', 'The scope of the route is missing'],
  404: ['NotFound', 'Missing, or not for this caller to see'],
  409: ['Conflict', 'The state of the thing does not allow it'],
  410: ['Gone', 'The time of the upload is over'],
  412: ['PreconditionFailed', 'The record has another version than If-Match names'],
  413: ['TooLarge', 'Larger than a limit or the quota allows'],
  415: ['TypeNotAllowed', 'A type of file that is not accepted'],
  422: ['KeyReused', 'The Idempotency-Key was used for another request'],
  429: ['RateLimited', 'Too many requests; Retry-After says when to try again'],
  500: ['Failed', 'Something broke that is not for the caller to mend'],
  503: ['Busy', 'Try again after Retry-After'],
} as const;

const errorsOf = (route: DocumentedRoute): readonly (keyof typeof ERRORS)[] => {
  const { method, access, path, idempotent, current, dialect } = route;
  const { without = [], answers } = dialectDocuments[dialect];
  const refusals = new Set([
    ...[400, 429, 500, 503],
    // The team that a header names may be missing as well as what the path names.
    ...(access === 'public' ? [] : [401, 403, 404]),
    ...(path.includes('{') ? [404] : []),
    ...(method === 'GET' || method === 'HEAD' ? [] : [409, 413, 415]),
    ...(current ? [412] : []),
    ...(idempotent ? [422] : []),
    ...(answers[`${method} ${path}`]?.refusals ?? []),
  ]);
  const statuses = Object.keys(ERRORS).map(Number) as (keyof typeof ERRORS)[];
  return statuses.filter((status) => refusals.has(status) && !without.includes(status));
};

/** How a credential may be sent, as documents name it. */
const SCHEMES = {
  bearer: {
    name: 'apiKey',
    type: 'http',
    scheme: 'bearer',
    description: 'An API key (`sk_live_...`) or an access token',
  },
  session: { name: 'session', type: 'apiKey', in: 'cookie' },
  refresh: { name: 'refreshToken', type: 'apiKey', in: 'cookie' },
} as const satisfies Record<Exclude<CredentialKind, 'upload-token'>, Json>;

/** In a scheme of the kind `apiKey`, `name` is that of the cookie. A token in the path is one of its parameters. */
const schemesOf = (dialect: DocumentedRoute['dialect']): Json =>
  Object.fromEntries(
    dialects[dialect].credentials.flatMap((kind) => {
      if (kind === 'upload-token') return [];
      const { name, ...scheme } = SCHEMES[kind];
      return [[name, 'in' in scheme ? { ...scheme, name } : scheme]];
    }),
  );

const securityOf = ({ access, dialect, path }: DocumentedRoute): readonly Json[] => {
  if (dialects[dialect].credentials.includes('upload-token') && path.includes('{token}')) return [];
  const credentials = Object.keys(schemesOf(dialect)).map((name) => ({ [name]: [] }));
  if (access === 'public') return [];
  return access === 'optional' ? [{}, ...credentials] : credentials;
};

const scopeNote = ({ access, alsoFor, dialect, readsBack }: DocumentedRoute): Json => {
  if (access === 'public' || access === 'optional' || access === 'signed-in') return {};
  const names = [access, ...(alsoFor ? [alsoFor] : [])].map((scope) => `\`${dialects[dialect].scopeName(scope)}\``);
  const seen = readsBack ? ` A key without \`media:read\` is answered the id alone.` : '';
  return { description: `Needs the scope ${names.join(' or ')}.${seen}` };
};

const operationOf = (route: DocumentedRoute): Json => {
  const { method, path, summary, query, access, idempotent, dialect } = route;
  const key = `${method} ${path}`;
  const document = dialectDocuments[dialect];
  const answer = document.answers[key] ?? { status: 200 };
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w)/g, (_, first) => first.toUpperCase()).replace(/\W/g, '')}`,
    summary,
    ...scopeNote(route),
    tags: [path.split('/')[path.startsWith('/api/v1/') ? 3 : 1] ?? ''],
    parameters: [
      ...pathParameters(path),
      ...(query ? queryParameters(query) : []),
      ...(access === 'public' ? [] : [TEAM]),
      ...(route.current ? [IF_MATCH] : []),
      ...(idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...requestBody(key, route),
    responses: {
      ...Object.fromEntries(
        [answer.status, ...(answer.also ?? [])].map((status) => [status, success(answer, document)]),
      ),
      ...Object.fromEntries(errorsOf(route).map((status) => [status, ref('responses', ERRORS[status][0])])),
    },
    security: securityOf(route),
  };
};

/** The OpenAPI 3.1 document of one dialect, made from the route table. */
export const openApiDocument = (
  routes: readonly DocumentedRoute[],
  dialect: DocumentedRoute['dialect'],
  publicUrl: string,
): Json => {
  const { title, description, schemas, error } = dialectDocuments[dialect];
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes.filter((each) => each.dialect === dialect)) {
    // OpenAPI has no parameter that takes slashes; its name is that of the route.
    const path = route.path.replace(/\+\}/g, '}');
    const operations = paths[path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[path] = operations;
  }
  const responses = Object.values(ERRORS).map(([name, meaning]) => [
    name,
    { description: meaning, ...content('application/json', ref('schemas', 'Error')) },
  ]);
  return {
    openapi: '3.1.0',
    info: { title, version: dialect, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries({ ...schemas, Error: error }).map(([name, schema]) => [name, jsonSchema(schema, 'output')]),
      ),
      responses: Object.fromEntries(responses),
      securitySchemes: schemesOf(dialect),
    },
  };
};
