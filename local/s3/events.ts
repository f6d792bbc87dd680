import type { BucketConfig, NotificationRule } from './buckets.ts';

/** The part of an event's name that follows `s3:`. */
export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'LifecycleExpiration:Delete';

/** The cause of a change: principal and request. */
export interface Cause {
  readonly requestId: string;
  readonly principalArn: string;
  readonly sourceAddress: string;
}

/** A change of one key. */
export interface ObjectEvent {
  readonly name: EventName;
  readonly key: string;
  /** Absent for removals. */
  readonly object?: { readonly size: number; readonly etag: string };
  readonly at: Date;
  readonly cause: Cause;
}

const namesEvent = (pattern: string, name: EventName): boolean =>
  pattern === `s3:${name}` || (pattern.endsWith(':*') && `s3:${name}`.startsWith(pattern.slice(0, -1)));

/** The rules of a bucket that match an event. */
export function interestedRules(bucket: BucketConfig, name: EventName, key: string): NotificationRule[] {
  return bucket.notifications.filter(
    (rule) =>
      rule.events.some((pattern) => namesEvent(pattern, name)) &&
      key.startsWith(rule.prefix) &&
      key.endsWith(rule.suffix),
  );
}

/** A key as events carry it: encoded as in a form, slashes kept. */
export const eventKey = (key: string): string => encodeURIComponent(key).replace(/%20/g, '+').replace(/%2F/g, '/');

/** The message body that S3 sends to a queue for one event. */
export function eventMessage(
  bucket: BucketConfig,
  rule: NotificationRule,
  event: ObjectEvent,
  region: string,
  sequencer: string,
): string {
  const { requestId, principalArn, sourceAddress } = event.cause;
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: event.at.toISOString(),
    eventName: event.name,
    userIdentity: { principalId: `AWS:${principalArn}` },
    requestParameters: { sourceIPAddress: sourceAddress },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: rule.id,
      bucket: { name: bucket.name, ownerIdentity: { principalId: 'LOCAL' }, arn: bucket.arn },
      object: {
        key: eventKey(event.key),
        ...(event.object && { size: event.object.size, eTag: event.object.etag }),
        sequencer,
      },
    },
  };
  return JSON.stringify({ Records: [record] });
}
