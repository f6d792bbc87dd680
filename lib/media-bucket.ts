import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RENDITION_NAMES } from '../functions/domain/media.ts';
import { allow, type Grant } from './grant.ts';
import { removalOf } from './removal.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { wildcard } from './wildcard.ts';

/**
 * The prefixes of the bucket: forms that processing has not copied yet, large forms during their examination, the bytes as
 * uploaded, or results made from them.
 */
export type KeyPrefix = 'inbox' | 'forms' | 'originals' | 'renditions';

/** An action on one object. */
export type ObjectAction =
  | 'GetObject'
  | 'GetObjectTagging'
  | 'PutObject'
  | 'DeleteObject'
  | 'ListMultipartUploadParts'
  | 'AbortMultipartUpload';

const corsOf = (allowedOrigins: readonly string[]): CorsRule[] => {
  const shared = { allowedHeaders: ['*'], exposedHeaders: ['ETag', 'Location'], maxAge: 3600 };
  return [
    // A browser says `Origin: null` after the redirect from a file's stable address, so any origin may read the result of a
    // signed request.
    { ...shared, allowedMethods: [HttpMethods.GET, HttpMethods.HEAD], allowedOrigins: ['*'] },
    {
      ...shared,
      allowedMethods: [HttpMethods.PUT, HttpMethods.POST],
      // The signature is what admits an upload; the origins narrow down which sites may present one.
      allowedOrigins: allowedOrigins.length > 0 ? [...allowedOrigins] : ['*'],
    },
  ];
};

/** Condition keys of S3 that are there when a write has the header of that name. */
const REFUSED_ON_WRITE = [
  's3:x-amz-acl',
  's3:x-amz-storage-class',
  's3:x-amz-server-side-encryption-customer-algorithm',
  's3:x-amz-website-redirect-location',
  's3:RequestObjectTagKeys',
];

/** The private bucket of originals and renditions, with its access logs. */
export class MediaBucket extends Construct {
  readonly bucket: Bucket;
  /** GuardDuty learns of objects from EventBridge; a deployment without this would switch it off again. */
  private readonly scanned: boolean;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: MediashelfSettings }) {
    super(scope, id);
    this.scanned = settings.malwareScanner === 'guardduty';
    const closed: BucketProps = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: removalOf(settings),
    };
    const logs = new Bucket(this, 'AccessLogs', { ...closed, lifecycleRules: [{ expiration: Duration.days(90) }] });
    Validations.of(logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Holds the access logs of the media bucket; logging its own accesses into itself would never end',
    });
    this.bucket = new Bucket(this, 'Media', {
      ...closed,
      cors: corsOf(settings.allowedOrigins),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: 'inbox/', expiration: Duration.days(1) },
        { prefix: 'forms/', expiration: Duration.days(1) },
      ],
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'media/',
    });
    this.refuseOddWrites();
  }

  /**
   * The holder of a presigned request writes as the function that signed it. S3 refuses unsigned headers of its own; this
   * statement holds also if one was signed. GuardDuty's result is a tag, so no upload may set tags; the other headers would
   * make an object that the stack cannot read, or that others can.
   */
  private refuseOddWrites(): void {
    for (const key of REFUSED_ON_WRITE) {
      this.bucket.addToResourcePolicy(
        new PolicyStatement({
          sid: `Without${key.replace(/[^A-Za-z]/g, '')}`,
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['s3:PutObject'],
          resources: [this.bucket.arnForObjects('*')],
          conditions: { Null: { [key]: 'false' } },
        }),
      );
    }
  }

  /** Lets a function do these actions on the objects below one prefix. */
  objects(prefix: KeyPrefix, ...actions: readonly ObjectAction[]): Grant<'BUCKET'> {
    const objects = this.bucket.arnForObjects(`${prefix}/*`);
    return {
      environment: { BUCKET: this.bucket.bucketName },
      statements: [
        allow(
          actions.map((action) => `s3:${action}`),
          objects,
        ),
      ],
      acknowledged: [wildcard(this, objects, `Keys below ${prefix}/ hold ids that are made at run time`)],
    };
  }

  /** Lets a distribution read the renditions that have an address at the edge, and no other object. */
  showRenditionsTo(distributionArn: string): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RenditionsAtTheEdge',
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: RENDITION_NAMES.map((name) => this.bucket.arnForObjects(`renditions/*/${name}.webp`)),
        conditions: { StringEquals: { 'aws:SourceArn': distributionArn } },
      }),
    );
  }

  /** Lets a function do these actions on one object. */
  object(key: string, ...actions: readonly ObjectAction[]): Grant<'BUCKET'> {
    const names = actions.map((action) => `s3:${action}`);
    return {
      environment: { BUCKET: this.bucket.bucketName },
      statements: [allow(names, this.bucket.arnForObjects(key))],
      acknowledged: [],
    };
  }

  /** Lets a function list the bucket, so that a missing key answers 404 instead of 403. */
  listing(): Grant<'BUCKET'> {
    return {
      environment: { BUCKET: this.bucket.bucketName },
      statements: [allow(['s3:ListBucket'], this.bucket.bucketArn)],
      acknowledged: [],
    };
  }

  /**
   * Sends notifications of created and removed objects below `originals/`, and of forms in `inbox/`, to a queue. Written into
   * the bucket itself: CDK's `addEventNotification` would add a Lambda function with permission over every bucket.
   */
  notify(queue: IQueue): void {
    const policy = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        // The account and not the bucket's ARN: S3 checks the policy when the bucket is made, so the bucket waits for the policy.
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const below = (prefix: KeyPrefix) => ({ s3Key: { rules: [{ name: 'prefix', value: `${prefix}/` }] } });
    const events = [
      { event: 's3:ObjectCreated:*', filter: below('originals') },
      { event: 's3:ObjectRemoved:*', filter: below('originals') },
      { event: 's3:ObjectCreated:Post', filter: below('inbox') },
    ];
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      ...(this.scanned ? { eventBridgeConfiguration: { eventBridgeEnabled: true } } : {}),
      queueConfigurations: events.map(({ event, filter }) => ({ event, queue: queue.queueArn, filter })),
    };
    if (policy.policyDependable) bucket.node.addDependency(policy.policyDependable);
  }
}
