import { AwsError } from '../ports.ts';
import type { BucketConfig } from './buckets.ts';
import { objectArn } from './buckets.ts';
import { s3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';
import type { S3Engine, S3Request } from './request.ts';

/** Loopback counts as secure, so that policies which require TLS work on a laptop too. */
const SECURE = { 'aws:SecureTransport': 'true' };

/** Throws AccessDenied unless the signer's policies allow the action on the resource. */
export function allow(
  engine: S3Engine,
  request: S3Request,
  action: string,
  resource: string,
  context: Record<string, string> = {},
): void {
  engine.access.authorize(request.signer.principal, action, resource, { ...SECURE, ...context });
}

/** `allow` on an object, by default the request's own. */
export function allowObject(
  engine: S3Engine,
  request: S3Request,
  action: string,
  key = request.key,
  bucket: BucketConfig = request.bucket,
): void {
  allow(engine, request, action, objectArn(bucket, key));
}

/** The object of a read. Only a caller who may list the bucket gets 404 for a missing key; others are denied. */
export function readableObject(
  engine: S3Engine,
  request: S3Request,
  key = request.key,
  bucket: BucketConfig = request.bucket,
): StoredObject {
  allowObject(engine, request, 's3:GetObject', key, bucket);
  const object = engine.objects.get(bucket.name, key);
  if (object) return object;
  allow(engine, request, 's3:ListBucket', bucket.arn);
  throw s3Error('NoSuchKey');
}

/** Whether the signer may do an action, for answers that report on many keys. */
export function denial(attempt: () => void): AwsError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
