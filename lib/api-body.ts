import { Aws } from 'aws-cdk-lib/core';
import type { CROSS_ORIGIN } from '../functions/http/cross-origin.ts';
import type { Route } from './http-api.ts';

/** How API Gateway calls the function of an operation. */
interface IntegrationProps {
  /** It must not refer to the function: functions know the API's address, and would wait for it. */
  readonly functionArn: string;
  /** ARN of the role that API Gateway assumes for the call. */
  readonly credentials: string;
}

/** The inputs of `apiBody`. */
export interface ApiBodyProps {
  readonly title: string;
  readonly routes: readonly Route[];
  /** The integration of each operation. */
  readonly integrations: ReadonlyMap<string, IntegrationProps>;
  readonly cors: (typeof CROSS_ORIGIN & { readonly origins: readonly string[] }) | undefined;
}

const INTEGRATIONS = 'x-amazon-apigateway-integrations';

/** A parameter of a path, as API Gateway itself exports it. */
const parametersOf = (path: string) =>
  [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

/** One operation, which shares the integration of its function with all other routes of that function. */
const routeTo = (operation: string) => ({
  responses: { default: { description: `What ${operation} answers` } },
  'x-amazon-apigateway-integration': { $ref: `#/components/${INTEGRATIONS}/${operation}` },
});

const integrationOf = ({ functionArn, credentials }: IntegrationProps) => ({
  type: 'aws_proxy',
  httpMethod: 'POST',
  uri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  credentials,
  payloadFormatVersion: '2.0',
  connectionType: 'INTERNET',
});

/**
 * All routes and integrations of an HTTP API as the OpenAPI document that API Gateway imports in one call. As resources of
 * their own they would be 150, which CloudFormation makes against API Gateway's limit of calls a second.
 */
export const apiBody = ({ title, routes, integrations, cors }: ApiBodyProps) => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, operation } of routes) {
    const parameters = parametersOf(path);
    paths[path] ??= parameters.length > 0 ? { parameters } : {};
    paths[path][method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase()] = routeTo(operation);
  }
  return {
    openapi: '3.0.1',
    info: { title, version: '1' },
    paths,
    components: {
      [INTEGRATIONS]: Object.fromEntries([...integrations].map(([name, each]) => [name, integrationOf(each)])),
    },
    ...(cors && {
      'x-amazon-apigateway-cors': {
        allowOrigins: [...cors.origins],
        allowCredentials: cors.credentials,
        allowMethods: [...cors.methods],
        allowHeaders: [...cors.headers],
        exposeHeaders: [...cors.exposeHeaders],
        maxAge: cors.maxAge,
      },
    }),
  };
};
