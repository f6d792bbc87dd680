import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationName } from '../../lib/operations.ts';
import {
  flat,
  functionOf,
  ofType,
  permissionsOf,
  SOME_ROUTES,
  type Synthesized,
  synthesize,
  theInvocationRole,
  theOnly,
} from './synthesized.ts';

const http = (stack: Synthesized) => {
  const api = ofType(stack, 'AWS::ApiGatewayV2::Api').find(({ Properties }) => Properties.ProtocolType !== 'WEBSOCKET');
  if (api === undefined) throw new Error('There is no HTTP API');
  return api;
};
const apiId = (stack: Synthesized) => http(stack).id;
const bodyOf = (stack: Synthesized) => http(stack).Properties.Body;

const ofApi = (stack: Synthesized, type: string) =>
  ofType(stack, type).filter(({ Properties }) => Properties.ApiId.Ref === apiId(stack));

/** Characters of all inline policies of a role; IAM counts no white space. */
const MOST_INLINE_POLICY = 10_240;

const INTEGRATION = 'x-amazon-apigateway-integration';

describe('HTTP API', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('is not deployed with less than its document says', () =>
    expect(http(stack).Properties.FailOnWarnings).toBe(true));

  it.each(SOME_ROUTES)('$method $path reaches $operation', ({ method, path, operation }) => {
    const { [INTEGRATION]: integration, responses } = bodyOf(stack).paths[path][method.toLowerCase()];
    expect(Object.keys(responses)).toEqual(['default']);
    const [, name] = /^#\/components\/x-amazon-apigateway-integrations\/(.+)$/.exec(integration.$ref) ?? [];
    const { uri, ...shared } = bodyOf(stack).components['x-amazon-apigateway-integrations'][String(name)];
    expect(shared).toEqual({
      type: 'aws_proxy',
      credentials: { 'Fn::GetAtt': [theInvocationRole(stack).id, 'Arn'] },
      httpMethod: 'POST',
      payloadFormatVersion: '2.0',
      connectionType: 'INTERNET',
    });
    const named = functionOf(stack, operation as OperationName).Properties.FunctionName;
    expect(flat(uri)).toBe(
      `arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${flat(named)}/invocations`,
    );
  });

  it('is one document, with no route or integration beside it and a name for each parameter of a path', () => {
    expect(Object.keys(http(stack).Properties)).toEqual(['Body', 'FailOnWarnings']);
    expect(ofApi(stack, 'AWS::ApiGatewayV2::Route')).toEqual([]);
    expect(ofApi(stack, 'AWS::ApiGatewayV2::Integration')).toEqual([]);
    expect(bodyOf(stack).paths['/m/{id}/{filename}'].parameters.map(({ name }: { name: string }) => name)).toEqual([
      'id',
      'filename',
    ]);
    expect(bodyOf(stack).paths['/api/v1/media'].parameters).toBeUndefined();
  });

  it('waits for no function: functions wait for its address', () => {
    const ids = ofType(stack, 'AWS::Lambda::Function').map(({ id }) => id);
    expect(ids.filter((id) => JSON.stringify(http(stack)).includes(id))).toEqual([]);
  });

  it('shares one integration among the routes of a function', () => {
    const functions = new Set(SOME_ROUTES.map(({ operation }) => operation)).size;
    expect(functions).toBeLessThan(SOME_ROUTES.length);
    expect(Object.keys(bodyOf(stack).components['x-amazon-apigateway-integrations'])).toHaveLength(functions);
  });

  it('calls as one role, which may call the functions of routes and of the WebSocket, and no other', () => {
    const called = [...SOME_ROUTES.map(({ operation }) => operation), 'connect', 'disconnect', 'message'];
    expect(permissionsOf(theInvocationRole(stack))).toEqual(
      [...new Set(called)]
        .map(
          (operation) =>
            `lambda:InvokeFunction arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:<AWS::StackName>-${operation}`,
        )
        .sort(),
    );
    const { AssumeRolePolicyDocument } = theInvocationRole(stack).Properties;
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' } },
    ]);
    const permissions = ofType(stack, 'AWS::Lambda::Permission');
    expect(permissions.filter(({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com')).toEqual([]);
  });

  it('calls as a role whose policy is within the limit of IAM, whatever the names of stack and region', () => {
    const longest: Readonly<Record<string, string>> = {
      'AWS::Partition': 'aws-us-gov',
      'AWS::Region': 'ap-southeast-99',
      'AWS::AccountId': '123456789012',
      'AWS::StackName': 'a'.repeat(45),
    };
    const [{ PolicyDocument }] = theInvocationRole(stack).Properties.Policies;
    const text = JSON.stringify(PolicyDocument, (_key, value) =>
      typeof value === 'object' && value !== null && 'Fn::Join' in value
        ? flat(value).replaceAll(/<([\w:]+)>/g, (_found, name) => longest[name] ?? '')
        : value,
    );
    expect(text).toContain(`:function:${'a'.repeat(45)}-get-media"`);
    expect(text.length).toBeLessThanOrEqual(MOST_INLINE_POLICY);
  });

  it('refuses a route whose operation is no HTTP function', async () => {
    const routes = [...SOME_ROUTES, { method: 'GET', path: '/sweep', operation: 'sweep' }];
    await expect(synthesize({ routes })).rejects.toThrow('GET /sweep names the operation sweep');
  });

  it('refuses an HTTP function that no route leads to', async () => {
    const routes = SOME_ROUTES.filter(({ operation }) => operation !== 'logout');
    await expect(synthesize({ routes })).rejects.toThrow('no route for logout');
  });

  it('lets through a bounded number of calls, over HTTP and WebSocket', () => {
    const throttles = ofType(stack, 'AWS::ApiGatewayV2::Stage').map(
      ({ Properties }) => Properties.DefaultRouteSettings,
    );
    expect(throttles).toEqual([
      { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 800 },
      { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 800 },
    ]);
  });

  it('logs accesses without query and headers, in which signatures and keys travel', () => {
    const stage = ofApi(stack, 'AWS::ApiGatewayV2::Stage')[0]?.Properties;
    expect(stage).toMatchObject({ StageName: '$default', AutoDeploy: true });
    const logged = Object.values(JSON.parse(stage.AccessLogSettings.Format)) as string[];
    expect(logged).toContain('$context.requestId');
    expect(logged.filter((variable) => /path|query|header|authorizer/i.test(variable))).toEqual([]);
  });

  it('answers at its own address, of which the functions know', () => {
    const url = 'https://<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>';
    expect(flat(stack.outputs.HttpApiUrl?.Value)).toBe(url);
    expect(flat(functionOf(stack, 'get-media').Properties.Environment.Variables.PUBLIC_URL)).toBe(url);
  });

  it('answers at the domain of the settings, of which the functions know', async () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
    const own = await synthesize({ settings: { domain: { name: 'media.example.com', certificateArn } } });
    expect(theOnly(own, 'AWS::ApiGatewayV2::DomainName').Properties).toMatchObject({
      DomainName: 'media.example.com',
      DomainNameConfigurations: [{ CertificateArn: certificateArn, SecurityPolicy: 'TLS_1_2' }],
    });
    expect(theOnly(own, 'AWS::ApiGatewayV2::ApiMapping').Properties.ApiId.Ref).toBe(apiId(own));
    expect(functionOf(own, 'get-media').Properties.Environment.Variables.PUBLIC_URL).toBe('https://media.example.com');
  });

  it('lets other sites call it only when the settings name them, and with cookies only then', async () => {
    const cors = (of: Synthesized) => bodyOf(of)['x-amazon-apigateway-cors'];
    expect(cors(stack)).toBeUndefined();
    const open = await synthesize({ settings: { allowedOrigins: ['https://www.example.com'] } });
    expect(cors(open).allowOrigins).toEqual(['https://www.example.com']);
    expect(cors(open).allowCredentials).toBe(true);
    expect(cors(open).exposeHeaders).toEqual(expect.arrayContaining(['etag', 'location']));
  });
});
