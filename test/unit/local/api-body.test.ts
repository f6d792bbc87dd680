import { describe, expect, it } from '@jest/globals';
import { corsInBody, routesInBody } from '../../../local/template/api-body.ts';

const uri = (name: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;
const integration = (name: string) => ({ type: 'aws_proxy', payloadFormatVersion: '2.0', uri: uri(name) });
const ROLE = 'arn:aws:iam::000000000000:role/Calls';
const INTEGRATION = 'x-amazon-apigateway-integration';

describe('the OpenAPI body of an HTTP API', () => {
  it('has a route for each method of a path, with an integration of its own or a shared one', () => {
    const shared = { $ref: '#/components/x-amazon-apigateway-integrations/read' };
    const body = {
      paths: {
        '/media/{id}': {
          parameters: [{ name: 'id', in: 'path' }],
          get: { [INTEGRATION]: shared },
          patch: { [INTEGRATION]: { ...integration('write'), timeoutInMillis: 5000 } },
        },
        '/any': { 'x-amazon-apigateway-any-method': { [INTEGRATION]: shared } },
      },
      components: {
        'x-amazon-apigateway-integrations': { read: { ...integration('Stack-read'), credentials: ROLE } },
      },
    };
    expect(routesInBody(body, 30_000)).toEqual([
      { routeKey: 'GET /media/{id}', functionName: 'Stack-read', credentials: ROLE, timeoutMs: 30_000 },
      { routeKey: 'PATCH /media/{id}', functionName: 'write', timeoutMs: 5000 },
      { routeKey: 'ANY /any', functionName: 'Stack-read', credentials: ROLE, timeoutMs: 30_000 },
    ]);
  });

  it.each([
    ['an authorizer', { get: { security: [], [INTEGRATION]: integration('a') } }, 'has an authorizer'],
    ['no integration', { get: {} }, 'GET /x has no integration'],
    ['a shared integration that is missing', { get: { [INTEGRATION]: { $ref: '#/lost' } } }, 'no integration with'],
    [
      'another kind of integration',
      { get: { [INTEGRATION]: { type: 'http_proxy', uri: 'https://example.com' } } },
      'no',
    ],
    ['a method that HTTP APIs lack', { trace: { [INTEGRATION]: integration('a') } }, 'trace, which is no method'],
  ])('is refused with %s', (_, path, message) => {
    expect(() => routesInBody({ paths: { '/x': path } }, 30_000)).toThrow(message);
  });

  it('grants to other sites in the words of CorsConfiguration', () => {
    const body = { 'x-amazon-apigateway-cors': { allowOrigins: ['https://a.example'], maxAge: 60 } };
    expect(corsInBody(body)).toEqual({ AllowOrigins: ['https://a.example'], MaxAge: 60 });
    expect(corsInBody({})).toBeUndefined();
  });
});
