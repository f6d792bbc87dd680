import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { routes } from '../../../functions/dialects/route-table.ts';
import { DIALECT_NAMES } from '../../../functions/http/dialect.ts';
import { dialectDocuments } from '../../../functions/openapi/dialect-documents.ts';
import { type DocumentedRoute, openApiDocument } from '../../../functions/openapi/document.ts';
import { EXAMPLES } from './v1-examples.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>>;
  readonly security: readonly object[];
}
type Schema = Record<string, unknown>;

const table: readonly DocumentedRoute[] = routes;
const documentOf = (dialect: DocumentedRoute['dialect']) =>
  openApiDocument(table, dialect, 'https://api.example') as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema>; responses: Record<string, Operation['responses'][string]> };
  };
const document = documentOf('v1');

/** The first words that a summary may have. */
const VERBS = new Set([
  ...['Accept', 'Add', 'Begin', 'Cancel', 'Change', 'Check', 'Complete', 'Create', 'Delete', 'Download', 'Exchange'],
  ...['Extract', 'Get', 'Invite', 'Leave', 'List', 'Move', 'Open', 'Read', 'Register', 'Remove', 'Rename', 'Replace'],
  ...['Mail', 'Restore', 'Revoke', 'Send', 'Set', 'Sign', 'Stream', 'Upload', 'Withdraw'],
]);
const operationOf = (route: string): Operation => {
  const [method = '', path = ''] = route.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`the document does not tell of ${route}`);
  return operation;
};

/** A schema with what it refers to in its place. */
const resolved = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { $ref?: string };
  const name = $ref?.split('/').at(-1);
  if (name) return resolved(document.components.schemas[name] ?? document.components.responses[name]);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value)]));
};

/** The reference's examples show fewer fields than answers have: here none has to be there, and none may be unknown. */
const partial = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(partial);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { required: _, ...rest } = schema as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, partial(value)]));
};
const validate = (schema: unknown, value: unknown): unknown =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).parse(value);

const answerSchema = (route: string, status: number): unknown => {
  const response = resolved(operationOf(route).responses[status]) as Operation['responses'][string];
  return response.content?.['application/json']?.schema;
};
const documented = new Set(table.map(({ method, path }) => `${method} ${path}`));
const examples = EXAMPLES.filter(({ route }) => documented.has(route));

describe.each(DIALECT_NAMES)('the OpenAPI document of %s', (dialect) => {
  const document = documentOf(dialect);
  const own = table.filter((route) => route.dialect === dialect).map(({ method, path }) => `${method} ${path}`);

  it('is of version 3.1 and tells of every route once', () => {
    expect(document.openapi).toBe('3.1.0');
    const told = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // OpenAPI has no parameter that takes slashes.
    expect(told.sort()).toEqual(own.map((each) => each.replace('+}', '}')).toSorted());
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('sums up each operation in words of its own: a verb first, and no full stop', () => {
    const summaries = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ summary }) => summary),
    );
    expect(summaries.filter((summary, at) => summaries.indexOf(summary) !== at)).toEqual([]);
    expect(summaries.filter((summary) => !VERBS.has(summary.split(' ')[0] ?? '') || /[.\s]$/.test(summary))).toEqual(
      [],
    );
  });

  it('says what each of them answers, and nothing of others', () => {
    expect(Object.keys(dialectDocuments[dialect].answers).toSorted()).toEqual(own.toSorted());
  });

  it('says of each call that may name a team that the team may not be there', () => {
    const operations = Object.values(document.paths).flatMap((each) => Object.values(each));
    const ofTeams = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'x-team-id'));
    expect(ofTeams.length).toBeGreaterThan(0);
    expect(ofTeams.filter(({ responses }) => !responses[404]).map(({ operationId }) => operationId)).toEqual([]);
  });

  it('refers to nothing that is not there', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    expect(names.length).toBeGreaterThan(0);
    const components = document.components as unknown as Record<string, Record<string, unknown>>;
    for (const [, kind = '', name = ''] of names) expect(components[kind]?.[name]).toBeDefined();
  });
});

describe('the OpenAPI document', () => {
  it('says how query parameters are read, with their defaults', () => {
    const parameters = operationOf('GET /api/v1/media').parameters.filter((each) => each.in === 'query');
    const byName = Object.fromEntries(parameters.map(({ name, required, schema }) => [name, { required, ...schema }]));
    expect(byName).toMatchObject({
      limit: { required: false, type: 'number', minimum: 1, maximum: 100, default: 20 },
      offset: { required: false, type: 'number', minimum: 0, default: 0 },
      orderBy: { required: false, enum: ['createdAt', 'filename', 'fileSize'], default: 'createdAt' },
      orderDir: { required: false, enum: ['asc', 'desc'], default: 'desc' },
      type: { required: false, enum: ['image', 'video', 'all'], default: 'all' },
    });
  });

  it('says that a form is a form, and which calls take an Idempotency-Key', () => {
    expect(Object.keys(operationOf('POST /api/v1/media/upload').requestBody?.content ?? {})).toEqual([
      'multipart/form-data',
    ]);
    const keyed = (route: string) => operationOf(route).parameters.some(({ name }) => name === 'Idempotency-Key');
    expect(['POST /api/v1/media', 'POST /api/v1/uploads', 'POST /api/v1/media/upload'].map(keyed)).toEqual([
      true,
      true,
      true,
    ]);
    expect(keyed('GET /api/v1/media')).toBe(false);
  });

  it('says that several values of a query parameter are one text with commas', () => {
    const { parameters } = operationOf('GET /api/v1/media');
    expect(parameters.find(({ name }) => name === 'tagIds')).toMatchObject({ style: 'form', explode: false });
  });

  it('asks for a body where one is needed, and for none where an empty one is as good', () => {
    const needed = (route: string) => operationOf(route).requestBody?.required;
    expect(needed('POST /api/v1/auth/login')).toBe(true);
    expect(needed('POST /api/v1/media/upload')).toBe(true);
    expect(needed('POST /api/v1/auth/guest')).toBe(false);
    expect(needed('POST /api/v1/media/{id}/extract-text')).toBe(false);
  });

  it('says what is refused where a method or a public route lets expect less', () => {
    const refused = (route: string) => Object.keys(operationOf(route).responses);
    expect(refused('POST /api/v1/auth/login')).toContain('401');
    expect(refused('POST /api/v1/auth/refresh')).toContain('401');
    expect(refused('POST /api/v1/auth/guest')).toContain('403');
    expect(refused('POST /api/v1/uploads/{id}/sign')).toContain('410');
    expect(refused('GET /m/{id}/{filename}')).toEqual(expect.arrayContaining(['302', '409', '415']));
    expect(refused('GET /api/v1/media/{id}/text')).toEqual(expect.arrayContaining(['200', '202', '409', '415']));
  });

  it('asks for no credentials where anybody may call', () => {
    expect(operationOf('POST /api/v1/auth/login').security).toEqual([]);
    expect(operationOf('GET /api/v1/media').security).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(operationOf('GET /m/{id}/{filename}').security).toContainEqual({});
  });
});

describe('the OpenAPI document of uppy', () => {
  it('says that the call which begins an upload refuses files, though it is a GET', () => {
    const paths = documentOf('uppy').paths;
    for (const path of ['/api/v1/uppy/s3/params', '/api/v1/uppy/{token}/s3/params'])
      expect(Object.keys(paths[path]?.get?.responses ?? {})).toEqual(expect.arrayContaining(['409', '413', '415']));
  });
});

describe('the examples of the v1 reference', () => {
  it.each(examples)('$title: what is sent fits the document', ({ route, query, json }) => {
    const { requestBody, parameters } = operationOf(route);
    if (json !== undefined) validate(resolved(requestBody?.content['application/json']?.schema), json);
    const known = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    for (const name of Object.keys(query ?? {})) expect(known).toContain(name);
  });

  it.each(examples)('$title: what is answered fits the document', ({ route, status, answer }) => {
    expect(validate(partial(answerSchema(route, status)), answer)).toEqual(answer);
  });

  it('would not fit with a field more, or with another type', () => {
    const schema = partial(answerSchema('GET /api/v1/media/{id}', 200));
    const example = EXAMPLES.find(({ title }) => title === 'get media');
    const { data = {} } = (example?.answer ?? {}) as { data?: Record<string, unknown> };
    validate(schema, { success: true, data });
    expect(() => validate(schema, { success: true, data: { ...data, owner: 'x' } })).toThrow();
    expect(() => validate(schema, { success: true, data: { ...data, fileSize: '1' } })).toThrow();
  });
});
