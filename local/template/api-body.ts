import type { RouteSpec } from './apis.ts';
import { isRecord, type JsonRecord, optionalNumber, optionalText, record, text } from './json.ts';

const INTEGRATION = 'x-amazon-apigateway-integration';
const INTEGRATIONS = 'x-amazon-apigateway-integrations';
const CORS = 'x-amazon-apigateway-cors';
const METHODS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'].map((name) => [name, name.toUpperCase()]),
  ),
  'x-amazon-apigateway-any-method': 'ANY',
};
/** Other keys beside the methods of a path. */
const BESIDE = ['parameters', 'summary', 'description'];

/** Name of the function that an integration calls. */
export const functionNameIn = (uri: string, where: string): string => {
  const name = /:function:([^:/]+)/.exec(uri)?.[1];
  if (name === undefined) throw new Error(`${where} calls ${uri}, which is no function.`);
  return name;
};

/**
 * The routes of an HTTP API in an OpenAPI document, as API Gateway imports it. Throws at parts that this runtime does not
 * support.
 */
export const routesInBody = (body: JsonRecord, timeoutMs: number): readonly RouteSpec[] => {
  const shared = record(record(body.components, 'Body.components')[INTEGRATIONS], INTEGRATIONS);
  if (body.security !== undefined) throw new Error('The body has an authorizer, which the local runtime lacks.');
  return Object.entries(record(body.paths, 'Body.paths')).flatMap(([path, item]) =>
    Object.entries(record(item, path))
      .filter(([name]) => !BESIDE.includes(name))
      .map(([name, operation]) => {
        const method = METHODS[name];
        if (method === undefined) throw new Error(`${path} has ${name}, which is no method of an HTTP API.`);
        const routeKey = path === '/$default' ? '$default' : `${method} ${path}`;
        const { timeout, ...called } = readIntegration(record(operation, routeKey), shared, routeKey);
        return { routeKey, ...called, timeoutMs: timeout ?? timeoutMs };
      }),
  );
};

const readIntegration = (operation: JsonRecord, shared: JsonRecord, where: string) => {
  if (operation.security !== undefined) throw new Error(`${where} has an authorizer, which the local runtime lacks.`);
  const own = operation[INTEGRATION];
  if (own === undefined) throw new Error(`${where} has no integration.`);
  const named = record(own, where).$ref;
  const prefix = `#/components/${INTEGRATIONS}/`;
  const found = named === undefined ? own : shared[text(named, where).replace(prefix, '')];
  const integration = record(found, where);
  if (integration.type !== 'aws_proxy' || integration.payloadFormatVersion !== '2.0') {
    throw new Error(`${where} has no integration with a function in format 2.0.`);
  }
  const credentials = optionalText(integration.credentials, `${where}.credentials`);
  return {
    functionName: functionNameIn(text(integration.uri, where), where),
    ...(credentials === undefined ? {} : { credentials }),
    timeout: optionalNumber(integration.timeoutInMillis, `${where}.timeoutInMillis`),
  };
};

/** The CORS grants of an OpenAPI document, in the shape of `CorsConfiguration`. */
export const corsInBody = (body: JsonRecord): JsonRecord | undefined => {
  const cors = body[CORS];
  if (!isRecord(cors)) return undefined;
  return Object.fromEntries(
    Object.entries(cors).map(([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]),
  );
};
