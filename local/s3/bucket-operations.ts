import type { VerifiedRequest } from '../iam/sigv4.ts';
import { LOCAL_REGION } from '../ports.ts';
import { allow } from './authorization.ts';
import { s3Error } from './errors.ts';
import type { Operation, S3Engine, S3Reply, S3Target } from './request.ts';
import { xmlDocument } from './xml.ts';

/** HeadBucket. */
export const headBucket: Operation = (engine, request) => {
  allow(engine, request, 's3:ListBucket', request.bucket.arn);
  return { status: 200, headers: { 'x-amz-bucket-region': LOCAL_REGION } };
};

/** GetBucketLocation; the first region of AWS has an empty name there. */
export const bucketLocation: Operation = (engine, request) => {
  allow(engine, request, 's3:GetBucketLocation', request.bucket.arn);
  return { status: 200, xml: xmlDocument('LocationConstraint', {}) };
};

/** CreateBucket: buckets come from the template, so an existing one belongs to the caller already. */
export const createBucket: Operation = (engine, request) => {
  allow(engine, request, 's3:CreateBucket', request.bucket.arn);
  throw s3Error('BucketAlreadyOwnedByYou');
};

/** ListBuckets. */
export function listBuckets(engine: S3Engine, _target: S3Target, signer: VerifiedRequest): S3Reply {
  engine.access.authorize(signer.principal, 's3:ListAllMyBuckets', 'arn:aws:s3:::*', { 'aws:SecureTransport': 'true' });
  const buckets = [...engine.buckets.values()].map(({ name }) => ({
    Name: name,
    CreationDate: new Date(0).toISOString(),
  }));
  return {
    status: 200,
    xml: xmlDocument('ListAllMyBucketsResult', { Owner: { ID: 'LOCAL' }, Buckets: { Bucket: buckets } }),
  };
}
