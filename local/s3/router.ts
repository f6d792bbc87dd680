import { verifySignature } from '../iam/sigv4.ts';
import { bucketLocation, createBucket, headBucket, listBuckets } from './bucket-operations.ts';
import { completeUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { preflightHeaders } from './cors.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { s3Error } from './errors.ts';
import { getObject } from './get-object.ts';
import { listObjects } from './list-objects.ts';
import { abortUpload, createUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { listParts, listUploads } from './multipart-lists.ts';
import { postObject } from './post-object.ts';
import { putObject } from './put-object.ts';
import type { Operation, S3Engine, S3Reply, S3Target } from './request.ts';
import { getTags, putTags } from './tagging.ts';

/** Parameters that name a part of S3 which this server does not have; serving the plain operation instead would mislead. */
const UNKNOWN = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'torrent',
  'versioning',
  'versions',
  'website',
];

function bucketOperation({ method, query }: S3Target): Operation {
  if (query.has('tagging')) throw s3Error('NotImplemented', 'The tags of a bucket are not implemented.');
  if (method === 'HEAD') return headBucket;
  if (method === 'PUT') return createBucket;
  if (method === 'POST' && query.has('delete')) return deleteObjects;
  if (method !== 'GET') throw s3Error('MethodNotAllowed');
  if (query.has('location')) return bucketLocation;
  return query.has('uploads') ? listUploads : listObjects;
}

function objectOperation(target: S3Target): Operation {
  const { method, query } = target;
  const copies = target.header('x-amz-copy-source') !== undefined;
  switch (method) {
    case 'GET':
      if (query.has('tagging')) return getTags;
      return query.has('uploadId') ? listParts : getObject;
    case 'HEAD':
      return getObject;
    case 'PUT':
      if (query.has('tagging')) return putTags;
      if (query.has('uploadId')) return copies ? uploadPartCopy : uploadPart;
      return copies ? copyObject : putObject;
    case 'DELETE':
      if (query.has('tagging')) throw s3Error('NotImplemented', 'DeleteObjectTagging is not implemented.');
      return query.has('uploadId') ? abortUpload : deleteObject;
    case 'POST':
      if (query.has('uploads')) return createUpload;
      if (query.has('uploadId')) return completeUpload;
      throw s3Error('MethodNotAllowed');
    default:
      throw s3Error('MethodNotAllowed');
  }
}

function isForm(target: S3Target): boolean {
  return target.method === 'POST' && /^multipart\/form-data\b/i.test(target.incoming.headers['content-type'] ?? '');
}

/**
 * Authenticates a request, authorizes it, and runs its operation. Only a preflight and a form with its own signed policy need
 * no signature.
 */
export async function route(engine: S3Engine, target: S3Target): Promise<S3Reply> {
  const bucket = engine.buckets.get(target.bucketName);
  if (target.method === 'OPTIONS') {
    return { status: 200, headers: preflightHeaders(bucket?.corsRules ?? [], target.incoming.headers) };
  }
  if (isForm(target) && target.key === '') {
    if (!bucket) throw s3Error('NoSuchBucket');
    return postObject(engine, target, bucket);
  }
  const { incoming, method } = target;
  const signer = verifySignature(
    { method, url: incoming.url ?? '/', headers: incoming.headersDistinct },
    { access: engine.access, service: 's3', now: engine.clock() },
  );
  if (target.bucketName === '') {
    if (method !== 'GET') throw s3Error('MethodNotAllowed');
    return listBuckets(engine, target, signer);
  }
  if (!bucket) throw s3Error('NoSuchBucket');
  const unknown = UNKNOWN.find((name) => target.query.has(name));
  if (unknown !== undefined) throw s3Error('NotImplemented', `The sub-resource ?${unknown} is not implemented.`);
  const version = target.query.get('versionId');
  if (version !== undefined && version !== 'null') throw s3Error('InvalidArgument', 'Invalid version id specified');
  const operation = target.key === '' ? bucketOperation(target) : objectOperation(target);
  return operation(engine, { ...target, signer, bucket });
}
