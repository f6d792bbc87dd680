import { s3Error } from './errors.ts';

/** One CORS rule, with CloudFormation's field names. */
export interface CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** Which events of which keys go to which queue. */
export interface NotificationRule {
  readonly id: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly queueArn: string;
}

/** The lifecycle rules of a prefix, for objects and unfinished uploads. */
export interface LifecycleRule {
  readonly prefix: string;
  readonly expirationDays?: number;
  readonly abortUploadsAfterDays?: number;
}

/** A bucket as the server knows it; `bucketFromTemplate` makes one. */
export interface BucketConfig {
  readonly name: string;
  readonly arn: string;
  readonly corsRules: readonly CorsRule[];
  readonly notifications: readonly NotificationRule[];
  readonly lifecycleRules: readonly LifecycleRule[];
}

interface FilterRule {
  readonly Name: string;
  readonly Value: string;
}

/** A queue configuration in the form of `AWS::S3::Bucket`, or of the API that CDK's notifications resource calls. */
export interface QueueConfiguration {
  readonly Id?: string;
  readonly Event?: string;
  readonly Events?: readonly string[];
  readonly Queue?: string;
  readonly QueueArn?: string;
  readonly Filter?: {
    readonly S3Key?: { readonly Rules?: readonly FilterRule[] };
    readonly Key?: { readonly FilterRules?: readonly FilterRule[] };
  };
}

/** The properties of `AWS::S3::Bucket` that the server acts upon, intrinsics already resolved. */
export interface BucketProperties {
  readonly CorsConfiguration?: { readonly CorsRules?: readonly CorsRule[] };
  readonly NotificationConfiguration?: { readonly QueueConfigurations?: readonly QueueConfiguration[] };
  readonly LifecycleConfiguration?: {
    readonly Rules?: readonly {
      readonly Status: string;
      readonly Prefix?: string;
      readonly ExpirationInDays?: number | string;
      readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number | string };
    }[];
  };
}

function notificationRule(rule: QueueConfiguration, index: number): NotificationRule {
  const filters = rule.Filter?.S3Key?.Rules ?? rule.Filter?.Key?.FilterRules ?? [];
  const value = (name: string) => filters.find((filter) => filter.Name.toLowerCase() === name)?.Value ?? '';
  const queueArn = rule.Queue ?? rule.QueueArn;
  if (queueArn === undefined) throw new Error(`Queue configuration ${index} of the bucket names no queue.`);
  return {
    id: rule.Id ?? `notification-${index}`,
    events: rule.Events ?? (rule.Event === undefined ? [] : [rule.Event]),
    prefix: value('prefix'),
    suffix: value('suffix'),
    queueArn,
  };
}

const days = (value: number | string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

/** A bucket from its resolved template properties; notifications may have either of the two forms that CDK writes. */
export function bucketFromTemplate(name: string, properties: BucketProperties): BucketConfig {
  const lifecycleRules = (properties.LifecycleConfiguration?.Rules ?? [])
    .filter((rule) => rule.Status === 'Enabled')
    .map((rule) => {
      const expirationDays = days(rule.ExpirationInDays);
      const abortUploadsAfterDays = days(rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation);
      return {
        prefix: rule.Prefix ?? '',
        ...(expirationDays !== undefined && { expirationDays }),
        ...(abortUploadsAfterDays !== undefined && { abortUploadsAfterDays }),
      };
    });
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    corsRules: properties.CorsConfiguration?.CorsRules ?? [],
    notifications: (properties.NotificationConfiguration?.QueueConfigurations ?? []).map(notificationRule),
    lifecycleRules,
  };
}

/** The ARN that policies name an object by. */
export const objectArn = (bucket: BucketConfig, key: string): string => `${bucket.arn}/${key}`;

/** The longest key in bytes of UTF-8 that S3 stores. */
const MAX_KEY_BYTES = 1024;

/** Throws KeyTooLongError for a key that S3 would not store. */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw s3Error('KeyTooLongError');
}
