import { routes } from '../functions/dialects/route-table.ts';
import { openApiDocument } from '../functions/openapi/document.ts';
import { REFUSALS } from '../functions/realtime/protocol.ts';

interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

type Contents = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, { readonly content?: Contents }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

const name = (key: string): string => (/^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key));
const union = (types: readonly string[]): string => [...new Set(types)].join(' | ');
const literals = (values: readonly unknown[]): string => union(values.map((value) => JSON.stringify(value)));

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

const document = openApiDocument(routes, 'v1', 'http://localhost') as unknown as Document;
/** Codes of the WebSocket API, which no OpenAPI document describes. */
const RealtimeErrorCode: Schema = { enum: Object.keys(REFUSALS) };

const named = Object.entries({ ...document.components.schemas, RealtimeErrorCode }).filter(
  ([title]) => title !== 'Error',
);
const namedLike = (schema: Schema): string | undefined => {
  const text = JSON.stringify(schema);
  return named.find(([, each]) => each !== schema && JSON.stringify(each) === text)?.[0];
};

const objectType = ({ properties, required = [], additionalProperties, propertyNames }: Schema): string => {
  if (!properties) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    if (propertyNames?.enum) return `Readonly<Partial<Record<${literals(propertyNames.enum)}, ${value}>>>`;
    return `Readonly<Record<string, ${value}>>`;
  }
  const fields = Object.entries(properties).map(
    ([key, schema]) => `readonly ${name(key)}${required.includes(key) ? '' : '?'}: ${typeOf(schema)};`,
  );
  return fields.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${indented(fields.join('\n'))}\n}`;
};

/** The TypeScript type of a JSON Schema, as far as the documents go. */
const typeOf = (schema: Schema): string => {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return namedLike(schema) ?? literals(schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return union(variants.map(typeOf));
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => typeOf({ ...schema, type })));
  if (schema.type === 'array') return `ReadonlyArray<${typeOf(schema.items ?? {})}>`;
  if (schema.type === 'object') return namedLike(schema) ?? objectType(schema);
  return SIMPLE[String(schema.type)] ?? 'unknown';
};

const parametersType = (parameters: readonly Parameter[], place: Parameter['in']): string => {
  const given = parameters.filter((parameter) => parameter.in === place);
  if (given.length === 0) return 'undefined';
  const needed = given.filter(({ required }) => required).map((parameter) => parameter.name);
  const properties = Object.fromEntries(given.map((parameter) => [parameter.name, parameter.schema]));
  return `${objectType({ properties, required: needed })}${needed.length > 0 ? '' : ' | undefined'}`;
};

const bodyType = ({ requestBody }: Operation): string | undefined => {
  if (!requestBody) return 'undefined';
  const json = requestBody.content['application/json'];
  return json && typeOf(json.schema);
};

/** The data in the envelope of a success; undefined for answers that are not JSON. */
const answerType = ({ responses }: Operation): string | undefined => {
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const data = success?.content?.['application/json']?.schema.properties?.data;
  return data && typeOf(data);
};

const HEAD = `/**
 * What the v1 API takes and answers, by route. Made from the OpenAPI document by \`npm run generate\`; a
 * test holds the two against each other.
 */
`;

/** The source of \`client/api-types.ts\`: the types of every route that takes and answers JSON. */
export const clientTypes = (): string => {
  const repeatable: string[] = [];
  const versioned: string[] = [];
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const body = bodyType(operation);
      const answer = answerType(operation);
      if (body === undefined || answer === undefined) return [];
      const key = `${method.toUpperCase()} ${path}`;
      if (operation.parameters.some((parameter) => parameter.name === 'Idempotency-Key')) repeatable.push(key);
      if (operation.parameters.some((parameter) => parameter.name === 'If-Match')) versioned.push(key);
      const [inPath, inQuery] = [
        parametersType(operation.parameters, 'path'),
        parametersType(operation.parameters, 'query'),
      ];
      const fields = [`path: ${inPath};`, `query: ${inQuery};`, `body: ${body};`, `answer: ${answer};`];
      return `  '${key}': {\n${indented(indented(fields.join('\n')))}\n  };`;
    }),
  );
  const schemas = named.map(
    ([title, schema]) =>
      `/** As the API answers it. */\nexport type ${title} = ${schema.enum ? literals(schema.enum) : typeOf(schema)};\n`,
  );
  return [
    HEAD,
    ...schemas,
    `/** Routes that take an \`Idempotency-Key\`: the same call again is answered as the first one. */\nexport const KEYED: readonly string[] = [\n${repeatable.map((key) => `  '${key}',`).join('\n')}\n];\n`,
    `/** Routes that change a record only in the version that the call names. */\nexport type Versioned = ${literals(versioned)};\n`,
    `/** Every route that takes and answers JSON. */\nexport interface Operations {\n${operations.join('\n')}\n}\n`,
  ].join('\n');
};
