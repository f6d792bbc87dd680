import { randomBytes } from 'node:crypto';
import { allowObject } from './authorization.ts';
import { openBody } from './body.ts';
import { checkKey } from './buckets.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { checksumAlgorithm, checksumElement, requestedChecksum } from './checksums.ts';
import { copyBody, copySource } from './copy-object.ts';
import { s3Error } from './errors.ts';
import { headersToKeep, quoted } from './object-headers.ts';
import type { StoredBody } from './put-object.ts';
import { checksumAnswer, commitBlob, storeBody } from './put-object.ts';
import type { Operation, S3Engine, S3Request } from './request.ts';
import type { MultipartUpload } from './upload-table.ts';
import { xmlDocument } from './xml.ts';

/** The highest part number. */
export const MAX_PARTS = 10_000;

/** The upload that a request names, bound to its bucket and key. */
export function findUpload(engine: S3Engine, request: S3Request): MultipartUpload {
  const upload = engine.uploads.get(request.bucket.name, request.key, request.query.get('uploadId') ?? '');
  if (!upload) throw s3Error('NoSuchUpload');
  return upload;
}

function checksumPlan(request: S3Request): { algorithm?: ChecksumAlgorithm; type?: ChecksumType } {
  const name = request.header('x-amz-checksum-algorithm');
  if (name === undefined) return {};
  const algorithm = checksumAlgorithm(name);
  // SHA checksums of parts cannot be joined into one of the whole; CRC64NVME has no other type.
  const type =
    request.header('x-amz-checksum-type')?.toUpperCase() ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const possible = algorithm.startsWith('SHA')
    ? ['COMPOSITE']
    : algorithm === 'CRC64NVME'
      ? ['FULL_OBJECT']
      : ['COMPOSITE', 'FULL_OBJECT'];
  if (!possible.includes(type)) {
    throw s3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: type as ChecksumType };
}

/** CreateMultipartUpload. */
export const createUpload: Operation = (engine, request) => {
  checkKey(request.key);
  allowObject(engine, request, 's3:PutObject');
  if (request.header('x-amz-tagging') !== undefined)
    throw s3Error('NotImplemented', 'The tags of a multipart upload are not implemented.');
  const id = randomBytes(32).toString('base64url');
  const { bucket, key } = request;
  const plan = checksumPlan(request);
  engine.uploads.create({
    id,
    bucket: bucket.name,
    key,
    created: engine.clock().getTime(),
    headers: headersToKeep(request),
    ...plan,
  });
  return {
    status: 200,
    headers: {
      'x-amz-checksum-algorithm': plan.algorithm,
      'x-amz-checksum-type': plan.type,
      'x-amz-server-side-encryption': 'AES256',
    },
    xml: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id }),
  };
};

function partNumber(request: S3Request): number {
  const text = request.query.get('partNumber') ?? '';
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MAX_PARTS)
    throw s3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  return number;
}

function savePart(
  engine: S3Engine,
  request: S3Request,
  number: number,
  { blob, size, etag, checksum }: StoredBody,
): Date {
  const at = engine.clock();
  const replaced = commitBlob(engine, { blob, size }, () => {
    // The upload may have been completed or aborted while the bytes arrived.
    const { id } = findUpload(engine, request);
    return engine.uploads.putPart(id, {
      number,
      blob,
      size,
      etag,
      modified: at.getTime(),
      ...(checksum && { checksum }),
    });
  });
  if (replaced) engine.blobs.discard([replaced]);
  return at;
}

/** S3's checksum of a part without one: every whole object has a CRC64NVME, unless another was requested. */
const ownChecksum = ({ algorithm = 'CRC64NVME', type = 'FULL_OBJECT' }: MultipartUpload) =>
  type === 'FULL_OBJECT' ? { algorithm } : undefined;

/** UploadPart. */
export const uploadPart: Operation = async (engine, request) => {
  allowObject(engine, request, 's3:PutObject');
  const number = partNumber(request);
  const upload = findUpload(engine, request);
  const given = requestedChecksum(request.header);
  if (given && upload.algorithm && given.algorithm !== upload.algorithm) {
    throw s3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${given.algorithm.toLowerCase()}`,
    );
  }
  const body = openBody(request, given ?? ownChecksum(upload));
  const stored = await storeBody(engine, body);
  savePart(engine, request, number, stored);
  return {
    status: 200,
    headers: {
      etag: quoted(stored.etag),
      'x-amz-server-side-encryption': 'AES256',
      ...checksumAnswer(stored.checksum),
    },
  };
};

/** UploadPartCopy: a part from the bytes of a stored object. */
export const uploadPartCopy: Operation = async (engine, request) => {
  allowObject(engine, request, 's3:PutObject');
  const number = partNumber(request);
  const upload = findUpload(engine, request);
  const algorithm = upload.algorithm ?? ownChecksum(upload)?.algorithm;
  const source = copySource(engine, request);
  const { body, release } = copyBody(engine, source, algorithm, request.header('x-amz-copy-source-range'));
  const stored = await engine.bytes
    .expectWhole(source)
    .then(() => storeBody(engine, body))
    .finally(release);
  const at = savePart(engine, request, number, stored);
  const checksum = stored.checksum && { [checksumElement(stored.checksum.algorithm)]: stored.checksum.value };
  return {
    status: 200,
    xml: xmlDocument('CopyPartResult', { LastModified: at.toISOString(), ETag: quoted(stored.etag), ...checksum }),
  };
};

/** AbortMultipartUpload: the upload and its parts are removed at once. */
export const abortUpload: Operation = (engine, request) => {
  allowObject(engine, request, 's3:AbortMultipartUpload');
  dropUpload(engine, findUpload(engine, request).id);
  return { status: 204 };
};

/** Forgets an upload and removes its parts. */
export function dropUpload(engine: Pick<S3Engine, 'uploads' | 'blobs'>, id: string): void {
  const parts = engine.uploads.parts(id);
  engine.uploads.remove(id);
  engine.blobs.discard(parts);
}
