import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ofType, ROOT, type Synthesized, synthesize } from './synthesized.ts';

/**
 * Types of resources that hold what cannot be made again, or an address that others know, each with the properties that
 * CloudFormation cannot change in place: another value makes another resource, and removes this one.
 */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'ObjectLockEnabled'],
  'AWS::SecretsManager::Secret': ['Name', 'GenerateSecretString'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::Stage': ['StageName'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name', 'Scheme', 'Type'],
};

const LISTED = join(ROOT, 'test', 'infra', 'stateful-resources.json');
const listed = JSON.parse(readFileSync(LISTED, 'utf8')) as Record<string, unknown>;

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
const EVERYTHING = {
  domain: { name: 'media.example.com', certificateArn },
  uploadGateway: { name: 'uploads.example.com', certificateArn },
  malwareScanner: 'guardduty',
  alarmEmail: 'operator@example.com',
} as const;

/** The resources of a stack that hold state, each with its type and what may not change. */
const statefulOf = (stack: Synthesized): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(FIXED).flatMap(([type, fixed]) =>
      ofType(stack, type).map(({ id, Properties = {} }) => {
        const kept = fixed.flatMap((name) => (name in Properties ? [[name, Properties[name]]] : []));
        return [id, { type, ...Object.fromEntries(kept) }];
      }),
    ),
  );

describe('resources that hold state', () => {
  let all: Record<string, unknown>;
  beforeAll(async () => {
    all = statefulOf(await synthesize({ settings: EVERYTHING }));
  });

  it('keep their logical ids and what CloudFormation cannot change in place, so that no update replaces one', () => {
    expect(Object.keys(listed).length).toBeGreaterThan(15);
    const kept = Object.fromEntries(Object.entries(all).filter(([id]) => id in listed));
    // A resource that is missing or differs is one that an update of a deployment would remove with all that it holds.
    expect(kept).toEqual(listed);
  });

  it('are all listed: a new one is added to test/infra/stateful-resources.json', () => {
    expect(Object.keys(all).toSorted()).toEqual(Object.keys(listed).toSorted());
  });

  it('are the same whatever the settings say, but for those that a setting adds', async () => {
    const least = statefulOf(await synthesize());
    expect(listed).toMatchObject(least);
    const temporary = statefulOf(await synthesize({ settings: { removalPolicy: 'destroy', retentionDays: 1 } }));
    expect(temporary).toEqual(least);
  });
});
