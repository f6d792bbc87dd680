import { beforeAll, describe, expect, it } from '@jest/globals';
import { functionOf, ofType, type Resource, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const media = (stack: Synthesized): Resource => {
  const bucket = ofType(stack, 'AWS::S3::Bucket').find(({ Properties }) => Properties.NotificationConfiguration);
  if (bucket === undefined) throw new Error('no bucket notifies anybody');
  return bucket;
};

describe('table', () => {
  let table: Resource;
  beforeAll(async () => {
    table = theOnly(await synthesize(), 'AWS::DynamoDB::Table');
  });

  it('is on demand, can be restored to any point in time, and stays behind once it held data', () => {
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(table.DeletionPolicy).toBe('RetainExceptOnCreate');
    // Protected, it would stay behind when a first deployment fails, and its removal would fail as well.
    expect(table.Properties.DeletionProtectionEnabled).toBeUndefined();
  });

  it('streams both images, and forgets items by `ttl`', () => {
    expect(table.Properties).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it.each([
    ['byCreated', 'listPk', 'createdSk', { ProjectionType: 'ALL' }],
    ['byFilename', 'listPk', 'filenameSk', { ProjectionType: 'ALL' }],
    ['bySize', 'listPk', 'sizeSk', { ProjectionType: 'ALL' }],
    ['byKindCreated', 'kindPk', 'createdSk', { ProjectionType: 'ALL' }],
    ['byKindFilename', 'kindPk', 'filenameSk', { ProjectionType: 'ALL' }],
    ['byKindSize', 'kindPk', 'sizeSk', { ProjectionType: 'ALL' }],
    [
      'byNameSize',
      'nameSizePk',
      'createdSk',
      { ProjectionType: 'INCLUDE', NonKeyAttributes: ['id', 'externalUrl', 'createdAt'] },
    ],
    ['byChecksum', 'checksumPk', 'createdSk', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['id'] }],
    ['byDue', 'duePk', 'dueSk', { ProjectionType: 'KEYS_ONLY' }],
  ])('has the index %s over %s and %s', (IndexName, partition, sort, Projection) => {
    const indexes = table.Properties.GlobalSecondaryIndexes;
    expect(indexes).toHaveLength(9);
    expect(indexes).toContainEqual({
      IndexName,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      Projection,
    });
  });
});

describe('buckets', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('are closed to the public, encrypted, and owned by their account whatever writes', () => {
    for (const { Properties } of ofType(stack, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(JSON.stringify(Properties.BucketEncryption)).toContain('"SSEAlgorithm":"AES256"');
      expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    }
  });

  it('refuse requests without TLS', () => {
    const policies = ofType(stack, 'AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(ofType(stack, 'AWS::S3::Bucket').length);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it.each([
    's3:x-amz-acl',
    's3:x-amz-storage-class',
    's3:x-amz-server-side-encryption-customer-algorithm',
    's3:x-amz-website-redirect-location',
    's3:RequestObjectTagKeys',
  ])('take no object that is written with %s', (key) => {
    const policy = ofType(stack, 'AWS::S3::BucketPolicy').find(
      ({ Properties }) =>
        JSON.stringify(Properties.PolicyDocument).includes('PutObject') &&
        JSON.stringify(Properties.PolicyDocument).includes(key),
    );
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:PutObject',
        Condition: { Null: { [key]: 'false' } },
      }),
    );
  });

  it('log their accesses, and drop the parts of unfinished uploads after a day', () => {
    expect(media(stack).Properties).toMatchObject({
      LoggingConfiguration: { LogFilePrefix: 'media/' },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
          { Prefix: 'inbox/', ExpirationInDays: 1 },
          { Prefix: 'forms/', ExpirationInDays: 1 },
        ],
      },
    });
  });

  it('let any site read what a signed request opens, and upload while the settings name no origins', async () => {
    const [read, write] = media(stack).Properties.CorsConfiguration.CorsRules;
    expect(read).toMatchObject({ AllowedMethods: ['GET', 'HEAD'], AllowedOrigins: ['*'] });
    expect(write).toMatchObject({ AllowedMethods: ['PUT', 'POST'], AllowedOrigins: ['*'] });
    expect(write.ExposedHeaders).toEqual(['ETag', 'Location']);

    const narrow = await synthesize({ settings: { allowedOrigins: ['https://www.example.com'] } });
    const [, uploads] = media(narrow).Properties.CorsConfiguration.CorsRules;
    expect(uploads.AllowedOrigins).toEqual(['https://www.example.com']);
  });
});

describe('removal', () => {
  const KEPT = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];

  it.each([
    ['retain', 'RetainExceptOnCreate'],
    ['destroy', 'Delete'],
  ] as const)('%s: table, buckets and secret', async (removalPolicy, expected) => {
    const stack = await synthesize({ settings: { removalPolicy } });
    const policies = KEPT.flatMap((type) => ofType(stack, type)).map(({ DeletionPolicy }) => DeletionPolicy);
    expect(policies).toEqual([expected, expected, expected, expected]);
  });
});

describe('secret', () => {
  it('is 64 random letters and digits', async () => {
    const { Properties } = theOnly(await synthesize(), 'AWS::SecretsManager::Secret');
    expect(Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
  });

  it('is made anew every 90 days by a function that Secrets Manager may call', async () => {
    const stack = await synthesize();
    const { id } = functionOf(stack, 'rotate-secret');
    expect(theOnly(stack, 'AWS::SecretsManager::RotationSchedule').Properties).toMatchObject({
      SecretId: { Ref: theOnly(stack, 'AWS::SecretsManager::Secret').id },
      RotationLambdaARN: { 'Fn::GetAtt': [id, 'Arn'] },
      RotationRules: { AutomaticallyAfterDays: 90 },
      RotateImmediatelyOnUpdate: false,
    });
    expect(ofType(stack, 'AWS::Lambda::Permission').map(({ Properties }) => Properties)).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [id, 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});
