import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationName } from '../../lib/operations.ts';
import { flat, functionOf, ofType, SOME_ROUTES, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const http = (stack: Synthesized) => {
  const api = ofType(stack, 'AWS::ApiGatewayV2::Api').find(({ Properties }) => Properties.ProtocolType !== 'WEBSOCKET');
  if (api === undefined) throw new Error('There is no HTTP API');
  return api;
};
const apiId = (stack: Synthesized) => http(stack).id;
const bodyOf = (stack: Synthesized) => http(stack).Properties.Body;

const ofApi = (stack: Synthesized, type: string) =>
  ofType(stack, type).filter(({ Properties }) => Properties.ApiId.Ref === apiId(stack));

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

  it('shares one integration and one permission among the routes of a function', () => {
    const functions = new Set(SOME_ROUTES.map(({ operation }) => operation)).size;
    expect(functions).toBeLessThan(SOME_ROUTES.length);
    expect(Object.keys(bodyOf(stack).components['x-amazon-apigateway-integrations'])).toHaveLength(functions);
    const permissions = ofType(stack, 'AWS::Lambda::Permission').filter(({ Properties }) =>
      JSON.stringify(Properties.SourceArn ?? '').includes(apiId(stack)),
    );
    expect(permissions).toHaveLength(functions);
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
      expect(flat(Properties.SourceArn)).toBe(
        'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<HttpApi>/*',
      );
    }
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
