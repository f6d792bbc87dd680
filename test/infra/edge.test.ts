import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  FUNCTIONS,
  flat,
  functionOf,
  ofType,
  permissionsOf,
  type Resource,
  roleOf,
  type Synthesized,
  synthesize,
  theOnly,
} from './synthesized.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-aaaa';
const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/00000000-aaaa';

const configOf = (stack: Synthesized) => theOnly(stack, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;

/** The config of a policy that a behaviour refers to. */
const policyOf = (stack: Synthesized, reference: { Ref: string }): Resource['Properties'] => {
  const { Properties } = stack.resources[reference.Ref] ?? {};
  return Properties.CachePolicyConfig ?? Properties.ResponseHeadersPolicyConfig;
};

describe('the edge', () => {
  let stack: Synthesized;
  let config: Resource['Properties'];
  beforeAll(async () => {
    stack = await synthesize({ settings: { edge: {} } });
    config = configOf(stack);
  });

  it('is not there unless the settings say so', async () => {
    const without = await synthesize();
    expect(without.templateText).not.toContain('AWS::CloudFront');
    expect(functionOf(without, 'get-media').Properties.Environment.Variables.EDGE).toBe('off');
  });

  it('sends each path to its origin, the first that matches deciding', () => {
    const behaviours = config.CacheBehaviors.map((each: { PathPattern: string; TargetOriginId: string }) => [
      each.PathPattern,
      each.TargetOriginId,
    ]);
    expect([...behaviours, ['*', config.DefaultCacheBehavior.TargetOriginId]]).toEqual([
      ['/ws', 'sockets'],
      ['/app/assets/*', 'api'],
      ['/m/*', 'api'],
      ['/o/*', 'bucket'],
      ['*', 'api'],
    ]);
  });

  it('keeps nothing of the APIs, and passes on all but the name of the host', () => {
    for (const each of [config.DefaultCacheBehavior, config.CacheBehaviors[0]]) {
      expect(each).toMatchObject({
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      });
      expect(each.AllowedMethods).toHaveLength(7);
    }
  });

  it('tells the APIs the address of the visitor at each path, so that visitors of one edge are counted apart', () => {
    const behaviours = [config.DefaultCacheBehavior, ...config.CacheBehaviors];
    const ofApis = behaviours.filter(({ TargetOriginId }) => TargetOriginId !== 'bucket');
    expect(ofApis).toHaveLength(4);
    for (const { OriginRequestPolicyId, FunctionAssociations } of ofApis) {
      expect(OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
      expect(FunctionAssociations).toHaveLength(1);
    }
  });

  it('keeps no answer that says no, however its origin looks', () => {
    const kept = ofType(stack, 'AWS::CloudFront::CachePolicy').map(({ Properties }) => Properties.CachePolicyConfig);
    expect(kept).toHaveLength(3);
    expect(kept.map(({ MinTTL }) => MinTTL)).toEqual([0, 0, 0]);
    const errors = config.CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
    expect(errors.map(({ ErrorCode }) => ErrorCode)).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]);
    expect(errors.filter((each) => each.ErrorCachingMinTTL !== 0 || 'ResponsePagePath' in each)).toEqual([]);
  });

  it('keeps public pictures for a minute at most, by what the function folded', () => {
    const media = config.CacheBehaviors[2];
    expect(policyOf(stack, media.CachePolicyId)).toMatchObject({
      MaxTTL: 60,
      ParametersInCacheKeyAndForwardedToOrigin: {
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStrings: ['t', 'f', 'm', 'preview'] },
      },
    });
  });

  it('opens signed renditions alone, by keys of the stack, with nothing of a request going on', () => {
    const objects = config.CacheBehaviors[3];
    const group = theOnly(stack, 'AWS::CloudFront::KeyGroup');
    expect(objects.TrustedKeyGroups).toEqual([{ Ref: group.id }]);
    expect(objects).not.toHaveProperty('OriginRequestPolicyId');
    expect(objects.AllowedMethods).toEqual(['GET', 'HEAD']);
    expect(policyOf(stack, objects.CachePolicyId).ParametersInCacheKeyAndForwardedToOrigin).toMatchObject({
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    });
    expect(policyOf(stack, objects.ResponseHeadersPolicyId).CustomHeadersConfig.Items).toContainEqual({
      Header: 'content-security-policy',
      Value: "default-src 'none'; sandbox",
      Override: true,
    });
    const statements = ofType(stack, 'AWS::S3::BucketPolicy').flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const [allowed, ...others] = statements.filter(({ Principal }) => Principal.Service === 'cloudfront.amazonaws.com');
    expect(others).toEqual([]);
    expect(allowed).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
    expect(allowed.Resource.map(flat)).toEqual(
      ['small', 'medium', 'large'].map((name) => `<MediaBucketMedia.Arn>/renditions/*/${name}.webp`),
    );
    expect(flat(allowed.Condition.StringEquals['aws:SourceArn'])).toBe(
      'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<EdgeDistribution>',
    );
  });

  it('tells the APIs a secret that functions know only by its digest', () => {
    const [api, sockets, bucket] = config.Origins;
    for (const origin of [api, sockets]) {
      expect(origin.CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      });
      const [{ HeaderName, HeaderValue }] = origin.OriginCustomHeaders;
      expect(HeaderName).toBe('x-mediashelf-edge');
      expect(flat(HeaderValue)).toMatch(/^\{\{resolve:secretsmanager:<EdgeKeysSecret1\w*>:SecretString:origin\}\}$/);
    }
    expect(bucket.OriginAccessControlId.Ref).toBe(theOnly(stack, 'AWS::CloudFront::OriginAccessControl').id);
    for (const operation of ['get-media', 'connect'] as const) {
      const { EDGE } = functionOf(stack, operation).Properties.Environment.Variables;
      expect(flat(EDGE)).toMatch(/^<EdgeKeysMade1\w*\.OriginDigest>$/);
    }
    expect(permissionsOf(roleOf(stack, 'get-content')).filter((each) => each.includes('EdgeKeys'))).toEqual([]);
  });

  it('lets the functions that answer records read the newest key, once the distribution knows it', async () => {
    const second = await synthesize({ settings: { edge: { keys: 2 } } });
    const group = theOnly(second, 'AWS::CloudFront::KeyGroup').id;
    for (const { id, Properties } of ofType(second, 'AWS::Lambda::Function')) {
      const { EDGE_KEY_ID, EDGE_SECRET } = Properties.Environment?.Variables ?? {};
      const signs = /list-media|get-media/.test(flat(Properties.FunctionName));
      expect([flat(Properties.FunctionName), EDGE_KEY_ID !== undefined]).toEqual([
        flat(Properties.FunctionName),
        signs,
      ]);
      if (!signs) continue;
      expect(flat(EDGE_KEY_ID)).toMatch(/^<EdgeKeysPublic2\w*>$/);
      expect(flat(EDGE_SECRET)).toMatch(/^<EdgeKeysSecret2\w*>$/);
      expect(second.resources[id]?.DependsOn).toContain(group);
    }
    for (const operation of ['list-media', 'get-media'] as const) {
      const secrets = permissionsOf(roleOf(second, operation)).filter((each) => each.includes('EdgeKeys'));
      expect(secrets.map((each) => each.replace(/[0-9A-F]{8}>/, '>'))).toEqual([
        'secretsmanager:GetSecretValue <EdgeKeysSecret2>',
      ]);
    }
  });

  it('is the address of all answers, and names that of the API behind it', () => {
    const own = 'https://<EdgeDistribution.DomainName>';
    expect(flat(stack.outputs.HttpApiUrl?.Value)).toBe(own);
    expect(flat(stack.outputs.WebSocketUrl?.Value)).toBe('wss://<EdgeDistribution.DomainName>/ws');
    expect(flat(stack.outputs.OriginApiUrl?.Value)).toMatch(/execute-api/);
    expect(flat(functionOf(stack, 'get-media').Properties.Environment.Variables.PUBLIC_URL)).toBe(own);
  });

  it('takes keys in turn: a new resource each, the last two open, and the older secret sent', async () => {
    const third = await synthesize({ settings: { edge: { keys: 3 } } });
    const publicKeys = ofType(third, 'AWS::CloudFront::PublicKey').map(({ id }) => id);
    expect(publicKeys).toHaveLength(2);
    expect(publicKeys).not.toContain(theOnly(stack, 'AWS::CloudFront::PublicKey').id);
    const items = theOnly(third, 'AWS::CloudFront::KeyGroup').Properties.KeyGroupConfig.Items;
    expect(items.map(({ Ref }: { Ref: string }) => Ref).toSorted()).toEqual(publicKeys.toSorted());
    const [{ HeaderValue }] = configOf(third).Origins[0].OriginCustomHeaders;
    expect(flat(HeaderValue)).toContain('EdgeKeysSecret2');
    const { EDGE } = functionOf(third, 'get-media').Properties.Environment.Variables;
    expect(flat(EDGE)).toMatch(/^<EdgeKeysMade3\w*\.OriginDigest>,<EdgeKeysMade2\w*\.OriginDigest>$/);
  });

  it('lets the function that makes keys read and write their secrets, and nothing else', () => {
    const permissions = permissionsOf(roleOf(stack, 'make-edge-key')).map((each) => each.replace(/[0-9A-F]{8}>/, '>'));
    expect(permissions.filter((each) => !each.startsWith('logs:'))).toEqual([
      'secretsmanager:GetSecretValue <EdgeKeysSecret1>',
      'secretsmanager:PutSecretValue <EdgeKeysSecret1>',
    ]);
  });

  it('answers at a domain of the settings, behind their web ACL', async () => {
    const domain = 'media.example.com';
    const own = await synthesize({
      settings: { edge: { domain, certificateArn, webAclArn, priceClass: 'PriceClass_All' } },
    });
    expect(configOf(own)).toMatchObject({
      Aliases: [domain],
      ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
      WebACLId: webAclArn,
      PriceClass: 'PriceClass_All',
    });
    expect(own.outputs.HttpApiUrl?.Value).toBe(`https://${domain}`);
    expect(flat(own.outputs.EdgeTarget?.Value)).toBe('<EdgeDistribution.DomainName>');
  });

  it('logs neither path nor query nor headers, and refuses to log from a region that cannot', async () => {
    const logged = await synthesize({ settings: { edge: { logs: true } } });
    const { RecordFields } = theOnly(logged, 'AWS::Logs::Delivery').Properties;
    expect(RecordFields).toContain('c-ip');
    expect(
      RecordFields.filter((field: string) => /uri|query|cookie|referer|host|agent|forwarded/i.test(field)),
    ).toEqual([]);
  });
});

/** What the runtime of CloudFront Functions lacks, of what Node.js has. */
const UNKNOWN_THERE =
  /\.\.\.|\?\.|\?\?|\bclass\b|\bfor\s*\([^)]*\bof\b|\b(?:const|let|var)\s*[[{]|\bimport\b|\byield\b|\bprocess\b|\bfetch\(|\bsetTimeout\(|\(\?<[=!]/;

describe('the programs at the edge', () => {
  const programs = readdirSync(join(FUNCTIONS, 'edge')).filter((name) => name.endsWith('.js'));

  it.each(programs)('%s is small, and says nothing that its runtime does not know', (name) => {
    const code = readFileSync(join(FUNCTIONS, 'edge', name), 'utf8');
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(10_240);
    expect(code.replace(/^\s*(?:\/?\*|\/\/).*$/gm, '')).not.toMatch(UNKNOWN_THERE);
  });
});
