import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationName } from '../../lib/operations.ts';
import { flat, functionOf, ofType, SOME_ROUTES, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const HTTP = { ProtocolType: 'HTTP' };
const apiId = (stack: Synthesized) =>
  ofType(stack, 'AWS::ApiGatewayV2::Api').find(({ Properties }) => Properties.ProtocolType === HTTP.ProtocolType)?.id;

const ofApi = (stack: Synthesized, type: string) =>
  ofType(stack, type).filter(({ Properties }) => Properties.ApiId.Ref === apiId(stack));

describe('HTTP API', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it.each(SOME_ROUTES)('$method $path reaches $operation', ({ method, path, operation }) => {
    const route = ofApi(stack, 'AWS::ApiGatewayV2::Route').find(
      ({ Properties }) => Properties.RouteKey === `${method} ${path}`,
    );
    const [slash, [prefix, { Ref: integrationId }]] = route?.Properties.Target['Fn::Join'] ?? [];
    expect(prefix + slash).toBe('integrations/');
    expect(stack.resources[integrationId]?.Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: { 'Fn::GetAtt': [functionOf(stack, operation as OperationName).id, 'Arn'] },
    });
  });

  it('shares one integration and one permission among the routes of a function', () => {
    const functions = new Set(SOME_ROUTES.map(({ operation }) => operation)).size;
    expect(functions).toBeLessThan(SOME_ROUTES.length);
    expect(ofApi(stack, 'AWS::ApiGatewayV2::Integration')).toHaveLength(functions);
    const permissions = ofType(stack, 'AWS::Lambda::Permission').filter(({ Properties }) =>
      JSON.stringify(Properties.SourceArn ?? '').includes(String(apiId(stack))),
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
    const cors = (of: Synthesized) => of.resources[String(apiId(of))]?.Properties.CorsConfiguration;
    expect(cors(stack)).toBeUndefined();
    const open = await synthesize({ settings: { allowedOrigins: ['https://www.example.com'] } });
    expect(cors(open).AllowOrigins).toEqual(['https://www.example.com']);
    expect(cors(open).AllowCredentials).toBe(true);
    expect(cors(open).ExposeHeaders).toEqual(expect.arrayContaining(['etag', 'location']));
  });
});
